# make demo   sets everything up and plays the promise's examples
# make test   sets everything up and runs every test
# make check  what a developer runs before each commit
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: setup servers demo check lint test corpus bench soak lock clean

setup: $(READY)

# The lock names versions and hashes only: what is installed is what was tested.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11") if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { sh tests/install.sh venv; $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

servers:
	@sh tests/install.sh servers

demo: setup
	$(BIN)/mailflow demo

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/pytest -q tests/unit tests/flow

# With 3,000 simulated tickets; `make soak` plays ten times as many. Real mail is `make corpus`.
test: servers lint
	SIMULATE=$${SIMULATE:-3000} $(BIN)/pytest -q tests --ignore=tests/corpus

soak: setup
	SIMULATE=$${SIMULATE:-30000} $(BIN)/pytest -q tests/flow/test_simulation.py

corpus: setup
	$(BIN)/pytest -q tests/corpus

bench: setup
	$(BIN)/python -m bench

lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --extra postgres --extra dkim --group dev -q -p 3.11 -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
