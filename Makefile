# Everything sets itself up: any target works on a bare machine with Python 3.11 or newer.
# make demo           try FamilyHub on an invented caseload    (ARGS="--families 40")
# make test           the tests                                (ARGS="-k visits")
# make check          style, types, import rules, our own lints, a short simulation
# make simulate       the sync simulation                      (SEEDS=2000 BUG=name SEED=7 COPIES=sqlite)
# make bench          the performance tables
# make bench-sync     sync beside PouchDB and others           (ARGS="--rows 1,4"; needs node for PouchDB)
# make screenshots    the guide's pictures
# make freeze         keep this release's files for the upgrade tests
# make clean          remove what the above made

PYTHON ?= python3
SEEDS ?= 2000
CHECK_SEEDS ?= 5000
SQLITE_SEEDS ?= 300
WORKERS ?= 6
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check types lints simulated-in-memory simulated-on-sqlite bench bench-sync simulate freeze screenshots clean

demo: $(READY)
	@$(BIN)/python -m compileall -q src
	@$(BIN)/familyhub demo $(ARGS)

test: $(READY)
	@$(BIN)/python -m compileall -q src
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory --output-sync=target -j 2 simulated-in-memory simulated-on-sqlite types lints

lints: $(READY)
	$(BIN)/python -m tools.lints

types: $(READY)
	$(BIN)/mypy

simulated-in-memory: $(READY)
	$(BIN)/python -m tests.simulation --seeds $(CHECK_SEEDS)

simulated-on-sqlite: $(READY)
	$(BIN)/python -m tests.simulation --seeds $(SQLITE_SEEDS) --copies sqlite

bench: $(READY)
	@$(BIN)/python -m compileall -q src
	$(BIN)/python -m bench $(ARGS)

bench-sync: $(READY)
	@$(BIN)/python -m bench.beside $(ARGS)

simulate: $(READY)
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) $(if $(BUG),--bug $(BUG)) $(if $(SEED),--seed $(SEED)) $(if $(COPIES),--copies $(COPIES))

freeze: $(READY)
	$(BIN)/python -m tools.freeze $(ARGS)

screenshots: $(READY)
	$(BIN)/python -m tools.screenshots $(ARGS)

clean:
	rm -rf .venv .peer build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { \
		echo "FamilyHub needs Python 3.11 to 3.14 and '$(PYTHON)' is not one; install it, or name it: make PYTHON=python3.12 demo" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "This Python comes without venv; install it (on Debian and Ubuntu: apt install python3-venv) and try again" >&2; \
		exit 1; }
	@echo "Setting up .venv (once; a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile -r requirements.lock
	@$(BIN)/python -m compileall -q -j 0 .venv/lib >/dev/null || true
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
