# make run    opens the window        make test   checks everything
# make bench  measures speed          make data   makes the bundled data sets again

VENV := .venv
LAB := build/venv-lab
PYTHON := $(VENV)/bin/python
LAB_PYTHON := $(LAB)/bin/python
# One thread: sums are then the same everywhere, and whatever else the computer does costs the tests little.
TESTING := OMP_NUM_THREADS=1
# Qt aborts in a test that has no display; offscreen draws the same widgets into memory.
OFFSCREEN := $(TESTING) QT_QPA_PLATFORM=offscreen

run: $(VENV)/ready
	@sh resources/system.sh window
	$(PYTHON) main.py

# Both at once: each has a core to itself.
test: check
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-lab test-app

check: $(VENV)/ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

# In an environment of its own that has no Qt; torch and the other large packages are shared with .venv.
test-lab: $(LAB)/ready
	$(TESTING) $(LAB_PYTHON) -m pytest tests/lab -m "not long"

test-app: $(VENV)/ready system
	$(OFFSCREEN) $(PYTHON) -m pytest tests/app tests/e2e -m "not long"

# Two at once; the walk through the window is timed, and so is alone.
test-long: $(LAB)/ready system
	$(TESTING) $(LAB_PYTHON) -m pytest tests/lab -m long --numprocesses 2 --dist worksteal
	$(OFFSCREEN) $(PYTHON) -m pytest tests/app tests/e2e -m long

# Both suites ten times, in ten orders, while something else keeps every core busy.
ten: $(LAB)/ready system
	$(PYTHON) -m tests.ten $(FILES)

# The same properties, on examples that nobody has seen.
explore: $(LAB)/ready
	$(TESTING) $(LAB_PYTHON) -m pytest tests/lab -m "not long" --hypothesis-profile=explore

bench: $(VENV)/ready system
	$(PYTHON) -m tests.bench

data: $(VENV)/ready
	$(PYTHON) -m resources.makers.datasets

format: $(VENV)/ready
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

$(LAB)/ready: $(VENV)/ready
	sh resources/without_qt.sh $(VENV) $(LAB)

.PHONY: run test check test-lab test-app test-long ten explore bench data format system

system:
	@sh resources/system.sh

$(VENV)/ready: pyproject.toml
	@command -v python3 >/dev/null || { echo "Descent needs Python 3.11 or newer; python3 was not found."; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Descent needs Python 3.11 or newer; this is $$(python3 --version)."; exit 1; }
	@sh resources/system.sh venv
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable ".[window,cluster,test,test-window]"
	touch $@
