"""The command `mailflow`, also as `python -m mailflow`."""

from mailflow.cli import main

if __name__ == "__main__":
    main()
