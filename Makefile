# All one does in this checkout. Needs git, make and Python 3.11 or newer; the rest is fetched into .venv and
# node_modules. `make help` lists the targets.

PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,\
	$(shell command -v $(name) >/dev/null 2>&1 && \
		$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

# The Node.js of the virtual environment is used everywhere, also where the machine has one of its own.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export HOST PORT

# Each installation leaves a stamp named after the content of the files that asked for it: another content,
# another stamp, a new installation; a mere checkout, which changes dates only, installs nothing.
content = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
VENV_MADE := $(BIN)/python
RUN_INSTALLED := $(VENV)/.run-$(call content,requirements.txt requirements-build.txt)
DEV_INSTALLED := $(VENV)/.dev-$(call content,requirements.txt requirements-build.txt requirements-dev.txt)
NODE_INSTALLED := node_modules/.installed-$(call content,package.json package-lock.json)

BUNDLES := static/build/manifest.json
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard hengli_visits/translations/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

.PHONY: help run build test check fmt screens messages browser

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- using it ---------------------------------------------------------------------------------------------

# The demonstration always has the SQLite file in instance/, whatever database the environment names.
run: export DATABASE_URL :=
run: build ## serve the demonstration at http://127.0.0.1:8000 (PORT=… and HOST=… change that)
	@flask demo start
	@exec gunicorn

build: $(RUN_INSTALLED) $(BUNDLES) $(CATALOGUES) ## install what it needs, make the bundles and the translations

# --- working on it ----------------------------------------------------------------------------------------

test: check build browser ## check, then run the tests (ARGS='…' goes to pytest; ALL=1 runs what passed unchanged, too)
	@ALL=$(ALL) pytest $(or $(ARGS),-n auto --dist loadfile --no-loadscope-reorder)

check: $(DEV_INSTALLED) $(NODE_INSTALLED) ## style and types of Python and TypeScript
	@ruff check
	@ruff format --check
	@mypy
	@npm run --silent check

fmt: $(DEV_INSTALLED) ## bring the Python files into the common form
	@ruff check --fix
	@ruff format

screens: build browser ## photograph the main pages into docs/screens
	@python -m tests.e2e.screens

messages: $(RUN_INSTALLED) ## collect the screen texts for the translators
	@pybabel -q extract -F babel.cfg --ignore-dirs ".* node_modules" -k _l -k lazy_gettext -k lazy_ngettext:1,2 --no-wrap \
		--add-location file --sort-by-file --project hengli_visits -o messages.pot .
	@test -d hengli_visits/translations/en || \
		pybabel -q init -i messages.pot -d hengli_visits/translations -l en --no-wrap
	@pybabel -q update -i messages.pot -d hengli_visits/translations --no-wrap --no-fuzzy-matching \
		--ignore-pot-creation-date
	@rm messages.pot

browser: $(DEV_INSTALLED)
	@python -m tests.browsers install

# --- what these are made from -----------------------------------------------------------------------------

$(VENV_MADE):
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 or newer is needed, and none was found. Debian, Ubuntu: apt install python3 python3-venv"; \
		echo "Elsewhere installed? make PYTHON=/path/to/python3 …"; exit 1; } >&2
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$(PYTHON) cannot make virtual environments: its modules venv and ensurepip are missing."; \
		echo "Debian, Ubuntu: apt install python$$version-venv"; exit 1; } >&2
	@$(PYTHON) -m venv --clear $(VENV)

$(RUN_INSTALLED): | $(VENV_MADE)
	@echo "Installing the Python packages"
	@pip install --quiet -r requirements.txt -r requirements-build.txt
	@rm -f $(VENV)/.run-* && touch $@

$(DEV_INSTALLED): | $(VENV_MADE)
	@echo "Installing the Python packages, with those for checks and tests"
	@pip install --quiet -r requirements-dev.txt
	@rm -f $(VENV)/.run-* $(VENV)/.dev-* && touch $(RUN_INSTALLED) $@

$(NODE_INSTALLED): | $(RUN_INSTALLED)
	@echo "Installing the Node.js packages"
	@npm ci --silent
	@touch $@

# Folders are among the sources, so that a file that was removed is noticed too.
$(BUNDLES): $(shell find frontend static/css static/img -not -path '*/tests*' 2>/dev/null) $(NODE_INSTALLED)
	@node frontend/build.mjs
	@python -m whitenoise.compress --quiet static/build

%.mo: %.po | $(RUN_INSTALLED)
	@pybabel -q compile -i $< -o $@
