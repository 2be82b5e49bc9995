# Two commands: `make demo` opens the wizard in an embedded world, `make test` runs every test.
# Both install into .venv first; nothing else is needed but Python 3.11+ and make.

PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_FLAGS ?=

# Most tests wait for an embedded world more than they compute, so more run at once than there are cores.
WORKERS ?= 4

.PHONY: demo test test-quick lint bench screenshots clean

demo: $(VENV)/.demo
	@$(BIN)/seswizard demo

# What a person would feel as time (a terminal, a frame) is tested with the machine to itself.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not journey" $(PYTEST_FLAGS)
	$(BIN)/python -m pytest -m journey $(PYTEST_FLAGS)

test-quick: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not journey and not real" $(PYTEST_FLAGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench
	$(BIN)/python -m compileall -q $(VENV)/lib seswizard >/dev/null 2>&1 || true
	$(BIN)/python -m tests.benchmarks

screenshots: $(VENV)/.dev
	$(BIN)/python -m tests.screenshots screenshots

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "seswizard needs Python 3.11 or newer; none was found."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml
	@echo "Installing seswizard and its demo into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo]'
	@$(BIN)/python -m compileall -q seswizard
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	@echo "Installing seswizard and its test tools into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.demo

# What the benchmarks compare with; no test needs it.
$(VENV)/.bench: $(VENV)/.dev pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
