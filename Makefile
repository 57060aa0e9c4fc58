# kizuna: `make brief` writes a brief, `make test` runs every check. Both set up what they need.
# A fresh Debian machine needs python3 (3.11 or later) with venv, make and git.

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/pip install --disable-pip-version-check --no-input --quiet
COMPILE := build/locker/bin/pip-compile --generate-hashes --strip-extras --no-emit-options --quiet $(UPGRADE)

.PHONY: brief test env dev-env system-packages snapshot bench lock clean

brief: env
	$(BIN)/kizuna brief IND JPN

test: dev-env system-packages
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist loadfile

env: .venv/runtime.stamp

dev-env: .venv/dev.stamp

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kizuna needs Python 3.11 or later; found $$($(PYTHON) --version). Name another: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements/runtime.lock requirements/build.lock pyproject.toml | .venv/bin/pip
	$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/runtime.lock -r requirements/build.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.lock .venv/runtime.stamp
	$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/dev.lock
	@touch $@

# The tests open the brief in a browser, turn its PDF into pictures, and let system calls fail.
system-packages:
	@missing=""; \
	command -v chromium > /dev/null || missing="$$missing chromium"; \
	command -v pdftoppm > /dev/null || missing="$$missing poppler-utils"; \
	command -v strace > /dev/null || missing="$$missing strace"; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as_root=""; \
	elif command -v sudo > /dev/null; then as_root="sudo"; \
	else echo "The tests need$$missing. Ask an administrator for: apt-get install$$missing" >&2; exit 1; fi; \
	$$as_root apt-get update -q && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing

# Builds the embedded figures again from the publishers' files; the same files give the same bytes.
snapshot: env
	$(BIN)/python tools/build_snapshot.py

bench: env
	@set -e; for bench in benchmarks/*.py; do echo "$$bench"; $(BIN)/python "$$bench"; done

# Keeps the present versions where they still fit; `make lock UPGRADE=--upgrade` takes the newest.
lock: build/locker/bin/pip-compile
	CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) -o requirements/runtime.lock pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) --extra dev -c requirements/runtime.lock -o requirements/dev.lock pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) -c requirements/dev.lock -o requirements/build.lock requirements/build.in

build/locker/bin/pip-compile:
	$(PYTHON) -m venv build/locker
	build/locker/bin/pip install --disable-pip-version-check --no-input --quiet pip-tools==7.6.2

clean:
	rm -rf .venv build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
