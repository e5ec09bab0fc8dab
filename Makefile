# One verb a target; each does all the set-up it needs in .venv.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO ?= build/demo

# Where `make install` puts things. DESTDIR stands before all of it, for packages; EXTRAS=postgres adds PostgreSQL.
DESTDIR ?=
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
EXTRAS ?=
# The Python that will run it, by its path on the machine that will.
TARGET_PYTHON ?= $(shell $(PYTHON) -c 'import sys; print(sys._base_executable)')
ROOM := $(PREFIX)/lib/mdwatch
NEW := $(DESTDIR)$(ROOM).new

.PHONY: help demo test test-postgres test-system proof check format picture crosswalks bench install lock clean

help: ## Lists the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "mdwatch needs Python 3.11 or newer; name it: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: $(READY) ## Runs the main job over a sample repository and shows what came of each file.
	@rm -rf $(DEMO)
	@$(BIN)/mdwatch demo $(DEMO)

test: $(READY) ## Runs the tests.
	$(BIN)/pytest -n auto
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then \
		$(BIN)/pytest -n auto --postgres tests/repository tests/runtime; else echo "no PostgreSQL here: SQLite only"; fi

test-postgres: $(READY) ## Runs all tests on PostgreSQL, started for it; Debian has it as postgresql.
	$(BIN)/pytest -n auto --postgres

test-system: $(READY) ## Runs the long tests.
	$(BIN)/pytest -n auto -m system --timeout 900

proof: $(READY) ## Attacks the promises, and writes what came of it into tests/README.md.
	rm -rf build/proof
	$(BIN)/pytest -n auto -m "system or not system" --timeout 1500 tests/proof tests/system/test_faults.py tests/system/test_storm.py \
		tests/system/test_kill_everywhere.py tests/system/test_power_loss.py tests/system/test_random_kills.py
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

crosswalks: $(READY) ## Writes docs/crosswalks.md anew from the crosswalks.
	$(BIN)/python docs/crosswalks.py

bench: $(READY) ## Measures the job against its floor.
	$(BIN)/python benchmarks/update_job.py
	$(BIN)/python benchmarks/daemon.py
	$(BIN)/python -m benchmarks.exports

install: $(READY) ## Installs the service: a virtual environment of its own, the unit, its user, folders and log rotation.
	@case "$(TARGET_PYTHON)" in /root/*|/home/*) \
		echo "warning: $(TARGET_PYTHON) is in a home, where the service cannot see it; name another: make PYTHON=/usr/bin/python3 install" >&2;; esac
	@rm -rf $(NEW)
	$(PYTHON) -m venv --without-pip $(NEW)
	$(BIN)/python systemd/runtime_requirements.py $(EXTRAS) > $(NEW)/lock
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir $(NEW)/wheel .
	$(BIN)/pip --python $(NEW) install --quiet --disable-pip-version-check --no-compile --require-hashes -r $(NEW)/lock
	$(BIN)/pip --python $(NEW) install --quiet --disable-pip-version-check --no-compile --no-deps --no-index --find-links $(NEW)/wheel mdwatch
	@rm -rf $(NEW)/lock $(NEW)/wheel
	# Nothing in it knows where it was made: Python is named by its final path, and the command finds Python beside itself.
	find $(NEW)/bin -mindepth 1 -delete
	ln -s $(TARGET_PYTHON) $(NEW)/bin/python
	printf 'home = %s\ninclude-system-site-packages = false\n' "$(patsubst %/,%,$(dir $(TARGET_PYTHON)))" > $(NEW)/pyvenv.cfg
	printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -P -m mdwatch "$$@"\n' > $(NEW)/bin/mdwatch
	chmod 755 $(NEW)/bin/mdwatch
	$(PYTHON) -m compileall -q -s $(NEW) -p $(ROOM) $(NEW)/lib
	rm -rf $(DESTDIR)$(ROOM) && mv $(NEW) $(DESTDIR)$(ROOM)
	install -d $(DESTDIR)$(PREFIX)/bin
	ln -sfn ../lib/mdwatch/bin/mdwatch $(DESTDIR)$(PREFIX)/bin/mdwatch
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' systemd/mdwatch.service | \
		install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/lib/systemd/system/mdwatch.service
	install -D -m 644 systemd/mdwatch.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/mdwatch.conf
	install -D -m 644 systemd/mdwatch.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/mdwatch.conf
	# What belongs to whoever runs the machine is put there once, and never overwritten.
	@put() { test -e "$(DESTDIR)$(SYSCONFDIR)/$$3" || install -D -m $$1 $$2 "$(DESTDIR)$(SYSCONFDIR)/$$3"; }; \
		put 640 etc/mdwatch.toml mdwatch/mdwatch.toml; \
		put 644 systemd/drop-folders.conf systemd/system/mdwatch.service.d/drop-folders.conf; \
		put 644 systemd/mdwatch.logrotate logrotate.d/mdwatch

lock: ## Pins everything installed, with hashes.
	$(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv
	build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-header --output-file requirements.lock pyproject.toml

clean: ## Removes what the targets made.
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache
