# make serve|test|check|bench [ARGS="…"]: everything is installed into .venv on the first run.
# PYTHON=python3.12 chooses the interpreter; else it is the newest that has what a venv needs.

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help serve test check types bench crash races model soak conformance lock clean FORCE

help:
	@echo 'make serve   run the store on 127.0.0.1:8000   ARGS="--port 9000"'
	@echo 'make test    run the tests                     ARGS="-k listing"'
	@echo 'make check   lint, types, import rules, migrations, deployment, tests'
	@echo 'make types   types of the modules that browsers run; needs npm'
	@echo 'make bench   measure                           ARGS="--help"'
	@echo 'make crash   kill everything again and again    CYCLES=200 WRITES=500'
	@echo 'make races   let requests collide                ROUNDS=2000'
	@echo 'make model   compare with a model in memory      STEPS=1000000'
	@echo 'make soak    watch what long load uses          MINUTES=10'
	@echo 'make conformance   write docs/conformance.md'
	@echo 'make lock    write requirements*.lock, after a change of requirements*.txt'
	@echo 'make clean   remove .venv and caches; data in var/ stays'

# What an S3 store needs besides is installed when one is asked for.
S3 := $(if $(filter s3:%,$(PITHOS_BLOCK_STORE)),$(VENV)/.requirements-s3)

# exec: Ctrl-C and SIGTERM reach Python itself, which drains and stops Postgres.
serve: $(VENV)/.requirements $(S3)
	@exec $(BIN)/python manage.py serve $(ARGS)

test: $(VENV)/.requirements-dev
	@exec $(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.requirements-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(shell command -v npm),$(MAKE) --no-print-directory types)
	$(BIN)/python manage.py makemigrations --check --dry-run
	PITHOS_HTTPS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pytest $(ARGS)

# The types of the browser's modules, which stand in their comments; nothing that runs needs Node.
TYPESCRIPT := 5.9.3
types: $(VENV)/.typescript-$(TYPESCRIPT)
	$(VENV)/typescript/node_modules/.bin/tsc -p files/tsconfig.json

$(VENV)/.typescript-$(TYPESCRIPT): $(VENV)/.made
	npm install --silent --no-audit --no-fund --prefix $(VENV)/typescript typescript@$(TYPESCRIPT)
	@touch $@

bench: $(VENV)/.requirements-dev
	@exec $(BIN)/python -m bench $(ARGS)

crash: $(VENV)/.requirements-dev
	@exec $(BIN)/python -m tests.reliability.crash_loop $(or $(CYCLES),200) $(WRITES)

races: $(VENV)/.requirements-dev
	@PITHOS_RACE_ROUNDS=$(or $(ROUNDS),2000) $(BIN)/python -m pytest -v tests/reliability/load/test_race_classes.py

model: $(VENV)/.requirements-dev
	@PITHOS_MODEL_STEPS=$(or $(STEPS),1000000) $(BIN)/python -m pytest -s tests/model

soak: $(VENV)/.requirements-dev
	@exec $(BIN)/python -m tests.reliability.soak $(MINUTES)

# The table of what the contract requires and which tests show it.
conformance: $(VENV)/.requirements-dev
	@exec $(BIN)/python -m tests.conformance

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.requirements: requirements.lock $(VENV)/.made
$(VENV)/.requirements-s3: requirements-s3.lock $(VENV)/.made
$(VENV)/.requirements-dev: requirements-dev.txt requirements-s3.txt requirements.txt \
    $(VENV)/.requirements $(VENV)/.requirements-s3

# The installer is heard only when it fails: what it warns of is seldom about this project.
$(VENV)/.requirements $(VENV)/.requirements-s3 $(VENV)/.requirements-dev:
	@echo 'installing $< into $(VENV)'
	@if command -v uv >/dev/null; then set -- uv pip install --python $(BIN)/python -r $<; \
	else set -- $(BIN)/python -m pip install -r $<; fi; \
	said=$$("$$@" 2>&1) || { printf '%s\n' "$$said" >&2; exit 1; }
	@touch $@

# Every version that gets installed, with its hashes, for each Python from 3.11 on.
lock: $(VENV)/.made
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet 'uv>=0.9'
	@for name in requirements requirements-s3; do \
		PATH="$(BIN):$$PATH" UV_CUSTOM_COMPILE_COMMAND='make lock' uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes $(UPGRADE) $$name.txt --output-file $$name.lock || exit 1; \
	done

# Made again when its interpreter is gone (an upgrade of the system's Python leaves it dangling).
$(VENV)/.made: $(if $(shell test -x $(BIN)/python && echo sound),,FORCE)
	@need='import sys; assert sys.version_info >= (3, 11)'; \
	command -v uv >/dev/null || need="$$need; import ensurepip, venv"; \
	for python in $(PYTHONS) ''; do \
		test -n "$$python" && $$python -c "$$need" 2>/dev/null && break; \
	done; \
	if test -z "$$python"; then \
		echo 'Python 3.11 or newer with its venv module is needed; none of these is: $(PYTHONS)' >&2; \
		echo 'On Debian and Ubuntu: apt-get install python3 python3-venv (or python3.12-venv)' >&2; \
		exit 1; \
	fi; \
	echo "making $(VENV) with $$($$python --version)"; \
	if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python $$python $(VENV); \
	else $$python -m venv $(VENV); fi
	@touch $@
