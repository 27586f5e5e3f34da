# Milap: everything a newcomer or CI runs. Each target makes the environment it needs, once.

PYTHON ?= python3
VENV := .venv
VENV_BENCH := .venv-bench
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PACKAGES := encoder matcher indexer api
# Files that change what is installed; sources do not, for the project is installed in place.
INSTALL := pyproject.toml tools/environment.py requirements/build.txt
LOCK = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-annotate --custom-compile-command 'make lock' $(UPGRADE)

.DELETE_ON_ERROR:
.PHONY: help demo test soak check bench bench-leakage bench-frontier hub-wheel lock clean

help:
	@echo 'make demo       install, then run a hub and three gateways with invented children'
	@echo 'make test       run the tests (ARGS="-k name" chooses)'
	@echo 'make soak       the long tests: everything on PostgreSQL too, ten thousand lives of candidates, a thousand kills'
	@echo 'make check      linter, types, import contracts, docstrings, spelling'
	@echo 'make bench      run every benchmark beside its peers (ONLY=name for one)'
	@echo 'make bench-leakage   attack the codes of every shipped profile: all figures of docs/profiles (under half an hour)'
	@echo 'make bench-frontier  recall against re-identification for many ways to encode (a night)'
	@echo 'make hub-wheel  build the wheel of a hub, without any code that reads raw records'
	@echo 'make lock       pin the requirements files again (needs uv; UPGRADE=--upgrade for newer versions)'
	@echo 'make clean      remove environments, caches and builds'

$(VENV)/.runtime: requirements/runtime.txt $(INSTALL)
	@$(PYTHON) tools/environment.py $(VENV) requirements/runtime.txt
	@touch $@

# dev.txt holds all of runtime.txt, so whoever has run the tests has the demo installed as well.
$(VENV)/.dev: requirements/dev.txt requirements/runtime.txt $(INSTALL)
	@$(PYTHON) tools/environment.py $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/.runtime

$(VENV_BENCH)/.bench: requirements/bench.txt $(INSTALL)
	@$(PYTHON) tools/environment.py $(VENV_BENCH) requirements/bench.txt
	@touch $@

demo: $(VENV)/.runtime
	$(BIN)/milap demo --once

# Compiled modules are kept, whatever the machine says: the tests start two hundred processes, and each would compile
# all that it imports.
test soak: export PYTHONDONTWRITEBYTECODE =
# Two processes of tests have the cores already: more threads of linear algebra only wait for each other.
test soak: export OPENBLAS_NUM_THREADS = 1

# A file of tests stays in one process: what its tests share is made once.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

soak: $(VENV)/.dev
	MILAP_EVERY_DATABASE=1 $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -k postgresql tests/api tests/journeys tests/privacy
	MILAP_INTERLEAVINGS=10000 $(BIN)/python -m pytest -q tests/api/hub/disclosure/test_life.py $(ARGS)
	MILAP_KILLS=1000 $(BIN)/python -m pytest -q tests/api/hub/crossmatching/test_kills.py $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate $(PACKAGES) tools $(wildcard benchmarks)
	$(BIN)/codespell

# These have targets of their own.
LONG := benchmarks/leakage.py benchmarks/frontier.py

bench: $(VENV_BENCH)/.bench
	@set -e; for file in $(or $(ONLY:%=benchmarks/%.py),$(filter-out $(LONG),$(sort $(wildcard benchmarks/[a-z]*.py)))); do \
		echo "== $$file"; $(VENV_BENCH)/bin/python -m "benchmarks.$$(basename "$$file" .py)"; \
	done

bench-leakage: $(VENV_BENCH)/.bench
	$(VENV_BENCH)/bin/python -m benchmarks.leakage $(ARGS)

bench-frontier: $(VENV_BENCH)/.bench
	OPENBLAS_NUM_THREADS=1 $(VENV_BENCH)/bin/python -m benchmarks.frontier $(ARGS)

hub-wheel: $(VENV)/.dev
	$(BIN)/python -m tools.hub_wheel dist

lock:
	@test -n "$(UV)" || { echo "'make lock' needs uv: install it ('pip install uv') and try again." >&2; exit 2; }
	$(LOCK) --extra build --output-file requirements/runtime.txt
	$(UV) pip compile requirements/build.in --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command 'make lock' --constraint requirements/runtime.txt --output-file requirements/build.txt
	$(LOCK) --extra build --extra face --constraint requirements/runtime.txt --output-file requirements/face.txt
	$(LOCK) --extra build --extra dev --constraint requirements/face.txt --output-file requirements/dev.txt
	$(LOCK) --extra build --extra dev --extra bench --constraint requirements/dev.txt --output-file requirements/bench.txt

clean:
	rm -rf $(VENV) $(VENV_BENCH) dist build .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(PACKAGES) benchmarks tests tools -name __pycache__ -prune -exec rm -rf {} +
