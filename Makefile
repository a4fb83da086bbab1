# Paylake's workshop. `make` alone lists the targets; every target sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: help setup demo test nightly lint format up down watch parity lab report bench docs lock clean
SHELL := /bin/bash
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(shell $(p) -c 'import sys; print("$(p)" if (3,11) <= sys.version_info < (3,14) else "")' 2>/dev/null)))
BIN := .venv/bin
READY := .venv/.ready
# A folder of wheels for machines without network: make setup WHEELS=/media/wheels
WHEELS ?=
PIP_SOURCE := $(if $(WHEELS),--no-index --find-links $(WHEELS))
export UV_LINK_MODE ?= copy

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## virtual environment, JVM, jars, notebook kernel (once; seconds when nothing changed)

$(READY): requirements.lock jars.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and none is on the PATH: install one, or run make PYTHON=/path/to/python"; exit 6; }
	@set -e; started=$$(date +%s); echo "Setting up with $$($(PYTHON) --version) ..."; \
	test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python's venv module is missing: on Debian, apt-get install python3-venv"; exit 6; }; \
	awk '/^uv==/{p=1} p{print} p&&!/\\$$/{exit}' requirements.lock > .venv/installer.lock; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_SOURCE) --require-hashes -r .venv/installer.lock; \
	$(BIN)/uv pip sync --quiet --compile-bytecode $(PIP_SOURCE) --require-hashes --python $(BIN)/python requirements.lock; \
	$(BIN)/uv pip install --quiet $(PIP_SOURCE) --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	$(BIN)/paylake setup; \
	touch $@; echo "Set-up took $$(( $$(date +%s) - started )) s (target: at most 300 s)."

demo: $(READY) ## exports of a simulated merchant -> lake -> dbt build -> e-mailed report, with timings
	@$(BIN)/paylake demo

test: $(READY) ## every test of the normal run (unit, project, Spark, notebooks)
	@started=$$(date +%s); $(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder; status=$$?; echo "Tests took $$(( $$(date +%s) - started )) s."; exit $$status

nightly: $(READY) ## the long tests: more seeds, more random kills, large files
	@$(BIN)/python -m pytest -m nightly

lint: $(READY) ## ruff, mypy, sqlfluff, nbstripout: the same checks as pre-commit
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar models tests/dbt/singular
	@$(BIN)/nbstripout --verify $$(git ls-files '*.ipynb')

format: $(READY) ## mend what ruff, sqlfluff and nbstripout can mend
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --processes 2 --disable-progress-bar models tests/dbt/singular
	@$(BIN)/nbstripout $$(git ls-files '*.ipynb')

up: $(READY) ## start the shared Spark Connect server
	@$(BIN)/paylake up

down: $(READY) ## stop it, and the fast lane
	@$(BIN)/paylake down

watch: $(READY) ## build what you save, on the fast lane
	@$(BIN)/paylake watch

parity: up ## build everything on the fast lane, too, and compare it with the lake
	@$(BIN)/paylake up --engine sail
	@$(BIN)/dbt build --quiet --target fast --target-path target/fast
	@$(BIN)/paylake parity

lab: up ## JupyterLab on the lake
	@$(BIN)/paylake lab

report: up ## render and send the monthly revenue report
	@$(BIN)/paylake report send revenue_monthly

bench: $(READY) ## ratios against peers, measured in one run
	@$(BIN)/python -m bench

docs: up ## dbt's documentation of the models, in target/docs/ (a build's results in target/ stay)
	@$(BIN)/dbt docs generate --target-path target/docs

lock: ## resolve requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group dev pyproject.toml -o requirements.lock

clean: ## stop the servers; remove the lake and everything generated, not the environment
	@test ! -x $(BIN)/paylake || $(BIN)/paylake down
	@rm -rf lake target logs .mypy_cache .ruff_cache .pytest_cache .hypothesis
