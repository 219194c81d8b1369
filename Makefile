# The product's commands. They need Python 3.11 or later and make; everything else is installed into .venv once.

PORT ?= 8000
DATA ?= var
SEED ?= demo
FEED ?= 1
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Prints the path of the environment's Python, after making it and installing what changed.
RUNTIME = python=$$($(PYTHON) -m dom.supervisor.environment requirements.txt)
DEVELOPMENT = python=$$($(PYTHON) -m dom.supervisor.environment requirements-dev.txt)

.DEFAULT_GOAL := help
.PHONY: run test check bench torture help python

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed." >&2; exit 1; }

run: python ## start everything (PORT=8000 DATA=var SEED=demo|none FEED=1|0); Ctrl-C ends it
	@$(RUNTIME) && exec "$$python" -m dom.supervisor --port "$(PORT)" --data "$(DATA)" --seed "$(SEED)" --feed "$(FEED)"

check: python ## lint, format, types, import contracts, migrations: under a minute
	@$(DEVELOPMENT) && set -e && export SECRET_KEY_OPTIONAL=1 && \
	"$$python" -m ruff check . && \
	"$$python" -m ruff format --check . && \
	"$$python" -m mypy . && \
	"$$python" -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' && \
	"$$python" -W ignore manage.py makemigrations --check --dry-run

# The engine compiles beside the static checks: a minute of one processor, once for each change of a kernel.
test: python ## everything `check` does, then the whole suite on real servers and, where Chromium is found, a browser
	@set -e; $(DEVELOPMENT); \
	"$$python" -c 'from routing.core.warming import warm_up; warm_up()' & kernels=$$!; \
	trap 'kill $$kernels 2>/dev/null || true' EXIT; trap 'exit 130' INT TERM; \
	$(MAKE) --no-print-directory check; wait $$kernels; trap - EXIT; \
	for part in "2 tests/unit tests/architecture tests/integration tests/functional" "3 tests/browser"; do \
		"$$python" -m pytest -q -m "not torture" --dist loadfile --no-loadscope-reorder -n $$part; done

torture: python ## kills, races and long traffic: minutes to an hour
	@$(DEVELOPMENT) && "$$python" -m pytest -q -m torture

bench: python ## figures as JSON lines; fails when an invariant does
	@$(RUNTIME) && "$$python" -m benchmarks.run

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10
