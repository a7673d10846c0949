# Everything you can do here: `make help`. Python 3.11 or newer and make are all that must be there already.
.DEFAULT_GOAL := help
.PHONY: help run test check bench prove install lock clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
# one more than there are cores: some tests wait for a browser or a service to start
TESTERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Stamps: touched after a good install, so that nothing is installed again until a lock file changes.
RUNTIME := $(VENV)/runtime.stamp
DEVELOPMENT := $(VENV)/development.stamp
PEERS := $(VENV)/peers/installed.stamp

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## start the service here (practice mode, unless there are Telegram or Twilio settings)
	@exec $(BIN)/fingerpost run

test: $(DEVELOPMENT) ## every test, PostgreSQL included; under five minutes
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder -m "not prove" tests

check: $(DEVELOPMENT) ## style, types, import rules, and the content with its conversations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/fingerpost check

bench: $(DEVELOPMENT) $(PEERS) ## measure turns beside other bots, webhooks, searches, a sweep of 300,000 people; ten minutes
	$(BIN)/python -m benchmarks

prove: $(DEVELOPMENT) ## the long proofs: kill loops, a thousand simulated years, planted bugs; hours
	$(BIN)/python -m pytest -m prove tests

install: $(RUNTIME) ## make .venv with what the service needs, and nothing more

lock: ## choose library versions anew and write the lock files
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --output-file requirements.txt pyproject.toml
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --constraint requirements.txt --group dev \
		--output-file tests/requirements.txt pyproject.toml
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --group bench --output-file benchmarks/requirements.txt

clean: ## throw away .venv and caches; data/ stays
	rm -rf $(VENV) build .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Fingerpost needs Python 3.11 or newer, and none was found."; \
		echo "On Debian or Ubuntu: sudo apt-get install python3 python3-venv"; exit 1; fi
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python is here, but the part that makes a private folder for libraries (venv) is not."; \
		echo "On Debian or Ubuntu: sudo apt-get install python3-venv    Then run make again."; exit 1; }

$(RUNTIME): requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Fingerpost needs (once, about a minute) …"
	@$(PIP) --require-hashes --requirement requirements.txt
	@$(PIP) --no-deps --editable .
	@touch $@

$(DEVELOPMENT): requirements.txt tests/requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need (once, a minute or two) …"
	@$(PIP) --require-hashes --requirement tests/requirements.txt
	@$(PIP) --no-deps --editable .
	@touch $(RUNTIME) $@

$(PEERS): benchmarks/requirements.txt | $(BIN)/python
	@echo "Installing the bots to measure beside (once) …"
	@$(PYTHON) -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement benchmarks/requirements.txt
	@touch $@
