# Every target sets itself up: a virtual environment in the checkout, the install, the run.
# It needs Python 3.11 or later and make, nothing else. PYTHON chooses the interpreter.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PEERS := .venv-peers/bin
# Options of `make scrub-figures` and `make faults`, as in: make scrub-figures ARGS='--only recall --leaked'
ARGS :=

.PHONY: demo test bench lint figures faults scrub-figures bugsink clean help

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/make \1:/p' Makefile

demo: .venv/.demo  ## run the sample SDK in the sample application; writes demo.html
	@$(BIN)/tightlip demo

test: .venv/.test  ## all tests, in two processes at once
	@$(BIN)/python tests/halves.py

figures: .venv/.test  ## leaks and words kept, on the real failures of published SDKs
	@DO_NOT_TRACK=1 $(BIN)/python tests/figures.py

scrub-figures: .venv-peers/.made  ## the scrubbers: leaks, words kept, growth and costs, with peers beside
	@DO_NOT_TRACK=1 $(PEERS)/python benchmarks/scrub_figures.py $(ARGS)

bugsink: .venv/.test  ## end to end: what is sent comes back from a bugsink server, which the first run installs; writes build/bugsink-issue.png
	@TIGHTLIP_BUGSINK=1 $(BIN)/python -m pytest -q tests/test_bugsink.py

faults: .venv/.test  ## delivery while the disk, the network and the process fail: lost, sent twice, and what the host notices
	@$(BIN)/python benchmarks/fault_table.py $(ARGS)

bench: .venv/.dev  ## benchmarks, with peers in the same run
	@$(BIN)/python -m pytest -q benchmarks -p no:cacheprovider
	@$(BIN)/python benchmarks/ratios.py

lint: .venv/.dev  ## ruff, mypy and pyright
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pyright --pythonpath $(BIN)/python

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tightlip needs Python 3.11 or later; run: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.demo: .venv/.made pyproject.toml
	@echo "installing ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.test: .venv/.made pyproject.toml
	@echo "installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ .venv/.demo

.venv/.dev: .venv/.made pyproject.toml
	@echo "installing what development needs ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.test .venv/.demo

# In an environment of its own, for the weight of the peers. One that cannot be installed is left out, and the figures say so.
.venv-peers/.made: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tightlip needs Python 3.11 or later; run: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv .venv-peers
	@echo "installing the peers ..."
	@$(PEERS)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(PEERS)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["peers"], sep="\n")' | \
	while read -r peer; do \
		$(PEERS)/python -m pip install --quiet --disable-pip-version-check "$$peer" < /dev/null || echo "could not install $$peer"; \
	done
	@touch $@

clean:  ## remove what the other targets made
	@rm -rf .venv .venv-peers dist build .pytest_cache .mypy_cache .ruff_cache demo.html
