"""What the daemon reaches, measured from outside: `python -m bench` (docs/performance.md)."""
