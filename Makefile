# One verb a target; each does all the set-up it needs in .venv.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Those that pyenv keeps are not on the path.
NEWEST ?= $(or $(shell for p in python3.14 python3.13 python3.12 $$(ls -d $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python3 2>/dev/null | sort -rV); do \
	$$p -c 'import venv, ensurepip' 2>/dev/null && echo $$p && break; done),$(PYTHON))
# A program that is not compiled once is compiled at every start, and the tests start it some hundred times.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO ?= build/demo
# One more than there are cores: tests wait for processes and moments a fifth of the time.
TESTERS ?= $(shell echo $$(($$(nproc) + 1)))

# Where `make install` puts things. DESTDIR stands before all of it, for packages; EXTRAS=postgres adds PostgreSQL.
DESTDIR ?=
PREFIX ?= /usr/local
EXTRAS ?=
# The version of a package; those of the same program that are built anew get one that is higher: VERSION=0.1.0+2.
VERSION ?= $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
# The Python that will run it, by its path on the machine that will.
TARGET_PYTHON ?= $(shell $(PYTHON) -c 'import sys; print(sys._base_executable)')
ROOM := $(PREFIX)/lib/mdwatch
NEW := $(DESTDIR)$(ROOM).new
# What builds it, and nothing else: pip and hatchling, for each Python its own.
BUILDER = build/builder-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
PIP = $(BUILDER)/bin/pip --disable-pip-version-check --no-input
# Below DESTDIR the Python that will run it may not be there yet.
SETUP = $(if $(DESTDIR),PYTHONPATH=$$(echo $(DESTDIR)$(ROOM)/lib/python*/site-packages) $(PYTHON) -P -m mdwatch,$(PREFIX)/bin/mdwatch) \
	setup --systemd --prefix $(PREFIX) --command $(PREFIX)/bin/mdwatch $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

.PHONY: help demo test test-postgres test-newest test-system proof check format picture reference docs crosswalks bench compare install uninstall deb lock clean

help: ## Lists the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "mdwatch needs Python 3.11 or newer; name it: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	$(BIN)/python -m compileall -q mdwatch
	@touch $@

$(BUILDER)/.ready: requirements.lock pyproject.toml packages/requirements.py
	@test -n "$(PYTHON)" || { echo "mdwatch needs Python 3.11 or newer; name it: make install PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) lacks venv and pip; on Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear $(BUILDER)
	$(PYTHON) packages/requirements.py build > $(BUILDER)/lock
	$(PIP) install --quiet --require-hashes -r $(BUILDER)/lock
	@touch $@

demo: $(READY) ## Runs the main job over a sample repository and shows what came of each file.
	@rm -rf $(DEMO)
	@$(BIN)/mdwatch demo $(DEMO)

test: $(READY) ## Runs the tests, in TESTERS processes.
	$(BIN)/pytest -n $(TESTERS)
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then \
		$(BIN)/pytest -n auto --postgres tests/repository tests/runtime; else echo "no PostgreSQL here: SQLite only"; fi

test-postgres: $(READY) ## Runs all tests on PostgreSQL, started for it; Debian has it as postgresql.
	$(BIN)/pytest -n auto --postgres tests/cli tests/daemon tests/handlers tests/proof tests/repository tests/runtime tests/web

test-newest: ## Runs tests with the newest Python there is, and with a SQLite new enough for a write-ahead log, where PyPI has one.
	$(MAKE) VENV=.venv-newest PYTHON=$(NEWEST) .venv-newest/.ready
	@.venv-newest/bin/python -V
	.venv-newest/bin/pytest -n $(TESTERS) tests/test_*.py tests/exporters tests/formats tests/logs tests/rules
	@if .venv-newest/bin/pip install --quiet --disable-pip-version-check --only-binary :all: 'pysqlite3>=0.6.1'; then \
		echo 'import sys, pysqlite3, pysqlite3.dbapi2; sys.modules.update({"sqlite3": pysqlite3, "sqlite3.dbapi2": pysqlite3.dbapi2})' \
			> $$(echo .venv-newest/lib/python*/site-packages)/newer_sqlite.pth && \
		.venv-newest/bin/python -c 'import sqlite3; print("SQLite", sqlite3.sqlite_version)' && \
		.venv-newest/bin/pytest -n $(TESTERS) tests/repository tests/runtime tests/daemon tests/handlers/databases; \
	else echo "no newer SQLite for this machine"; fi

test-system: $(READY) ## Runs the long tests.
	$(BIN)/pytest -n auto -m system --timeout 900

proof: $(READY) ## Attacks the promises, and writes what came of it into tests/README.md.
	rm -rf build/proof
	$(BIN)/pytest -n auto -m "system or not system" --timeout 1500 tests/proof tests/system/test_faults.py \
		tests/system/test_fault_everywhere.py tests/system/test_storm.py tests/system/test_everything_at_once.py \
		tests/system/test_kill_everywhere.py tests/system/test_power_loss.py tests/system/test_random_kills.py \
		tests/handlers/updates/test_replaced_files.py
	$(BIN)/python -m tests.proof.sabotage
	$(BIN)/python -m tests.proof.tally

check: $(READY) ## Lint, types, and who may import whom.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_imports.py

format: $(READY) ## Lays the code out.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

picture: $(READY) ## Draws docs/architecture.svg anew from the imports.
	$(BIN)/python docs/draw_architecture.py

reference: $(READY) ## Writes docs/reference/ anew from the code: settings, commands, codes, API, formats.
	$(BIN)/python docs/reference.py

docs: $(READY) ## Builds the documentation as a site, build/site, and fails where a link leads nowhere.
	$(BIN)/mkdocs build --strict --site-dir build/site

crosswalks: $(READY) ## Writes docs/crosswalks.md anew from the crosswalks.
	$(BIN)/python docs/crosswalks.py

bench: $(READY) ## Measures everything in one table, against bare loops of equal safety; some fifteen minutes.
	$(BIN)/python -m benchmarks

compare: $(READY) ## Measures this tree against another commit, in pairs: make compare REV=v0.1.0
	$(BIN)/python -m benchmarks.compare $(REV)

install: $(BUILDER)/.ready ## Installs the service: a virtual environment of its own, the unit, its user, folders and log rotation.
	@case "$(TARGET_PYTHON)" in /root/*|/home/*) \
		echo "$(TARGET_PYTHON) is in a home, where the service cannot see it; name another: make install PYTHON=/usr/bin/python3" >&2; \
		test -n "$(DESTDIR)" || exit 1;; esac
	@rm -rf $(NEW)
	$(PYTHON) -m venv --without-pip $(NEW)
	$(PYTHON) packages/requirements.py run $(EXTRAS) > $(NEW)/lock
	$(PIP) --python $(NEW) install --quiet --no-compile --require-hashes -r $(NEW)/lock
	# Its manual is made of its code, which needs what was just installed.
	PYTHONPATH=$$(echo $(NEW)/lib/python*/site-packages) $(PIP) wheel --quiet --no-build-isolation --no-deps --wheel-dir $(NEW)/wheel .
	$(PIP) --python $(NEW) install --quiet --no-compile --no-deps --no-index --find-links $(NEW)/wheel mdwatch
	@rm -rf $(NEW)/lock $(NEW)/wheel
	# Nothing in it knows where it was made: Python is named by its final path, and the command finds Python beside itself.
	find $(NEW)/bin -mindepth 1 -delete
	ln -s $(TARGET_PYTHON) $(NEW)/bin/python
	printf 'home = %s\ninclude-system-site-packages = false\n' "$(patsubst %/,%,$(dir $(TARGET_PYTHON)))" > $(NEW)/pyvenv.cfg
	printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -P -m mdwatch "$$@"\n' > $(NEW)/bin/mdwatch
	chmod 755 $(NEW)/bin/mdwatch
	# Anew where it was compiled while its manual was made: that names the folder it was made in.
	$(PYTHON) -m compileall -q -f -s $(NEW) -p $(ROOM) $(NEW)/lib
	rm -rf $(DESTDIR)$(ROOM) && mv $(NEW) $(DESTDIR)$(ROOM)
	install -d $(DESTDIR)$(PREFIX)/bin
	ln -sfn ../lib/mdwatch/bin/mdwatch $(DESTDIR)$(PREFIX)/bin/mdwatch
	@$(SETUP)

uninstall: ## Removes what install put there; settings, logs and data stay.
	@test -d $(DESTDIR)$(ROOM) || { echo "mdwatch is not installed at $(DESTDIR)$(ROOM); name its place: make uninstall PREFIX=..."; exit 1; }
	@$(SETUP) --remove
	rm -f $(DESTDIR)$(PREFIX)/bin/mdwatch
	rm -rf $(DESTDIR)$(ROOM)

deb: $(BUILDER)/.ready ## Builds a Debian package of it, for this machine's Python and architecture, into build/.
	packages/deb.sh $(PYTHON) $(VERSION) build

lock: ## Pins everything installed, with hashes.
	$(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv
	build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --group docs --generate-hashes \
		--no-header --output-file requirements.lock pyproject.toml

clean: ## Removes what the targets made.
	rm -rf $(VENV) .venv-newest build .mypy_cache .pytest_cache .ruff_cache
