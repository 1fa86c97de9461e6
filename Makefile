# Every chore has one short verb. `make help` lists them.

PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$python >/dev/null && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
UV := $(shell command -v uv)
VENV := .venv
BIN := $(VENV)/bin
BENCHES := $(wildcard $(addprefix benchmarks/,accept.py inbound.py outbound.py latency.py))
SOURCES := src tests $(wildcard benchmarks) $(wildcard scripts)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install run test lint fmt bench lock clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## set everything up in .venv; afterwards .venv/bin/tidings runs

run: install ## serve on 127.0.0.1:8000, data in ./tidings-data
	@exec $(BIN)/tidings serve

test: $(VENV)/.installed-dev lint ## run every check and every test
	$(BIN)/pytest -n 2 --dist loadgroup -q

lint: $(VENV)/.installed-dev ## style, types and import rules
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.installed-dev ## put the code in shape
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.installed-dev ## measure; prints budget, figure and ratio
	@set -e; for script in $(BENCHES); do $(BIN)/python $$script; done

lock: ## write the lock files anew, with the newest versions (needs uv)
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
		pyproject.toml --group build -o requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
		pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove what was made, but never your data
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# A stamp says what .venv holds: nothing is done again until a lock file or the project file changes.

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(call sync,requirements.lock)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(call sync,requirements-dev.lock)
	@touch $@ $(VENV)/.installed

$(VENV)/bin/python:
ifeq ($(PYTHON),)
	@echo "tidings needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python" >&2; exit 1
endif
	@$(if $(UV),$(UV) venv -q --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV) || \
		{ echo "python -m venv failed: on Debian and Ubuntu, install python3-venv" >&2; rm -rf $(VENV); exit 1; })

ifneq ($(UV),)
define sync
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r $(1)
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
endef
else
define sync
	$(BIN)/python -m pip install -q --require-hashes -r $(1)
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
endef
endif
