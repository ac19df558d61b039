# Sets up the environment and calls `deepdays`; `make help` lists the targets.
PYTHON ?= python3
BIN := .venv/bin
DEMO_DAY ?= 26
DAYS ?=
UPGRADE ?=
DATA ?=
PARTS ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-colab test-browser screenshots lab build site verify grade bench headlines zoo strangers lint types lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Deep Days needs Python 3.11 or newer: make PYTHON=/path/to/it")'
	$(PYTHON) -m venv .venv
	$(BIN)/python tools/install_lock.py requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: .venv/ready ## build the notebooks, grade a demonstration class, say where everything is
	@$(BIN)/deepdays build
	@$(BIN)/deepdays demo-class $(DEMO_DAY) build/demo_class
	@$(BIN)/deepdays grade $(DEMO_DAY) build/demo_class --course build/course
	@echo "notebooks: $(CURDIR)/curriculum"
	@echo "Open them in JupyterLab with: make lab"

test: .venv/ready ## run every check: style, tests, every day's proof, the browser's tests (PARTS="lint tests" for some)
	$(BIN)/python -m tools.parts $(PARTS)

build/colab/ready: tests/colab/requirements.txt
	rm -rf build/colab
	$(PYTHON) -m venv build/colab
	build/colab/bin/python -m pip install --quiet "$$(grep ^pip= $<)"
	build/colab/bin/python -m pip install --quiet -r $<
	@touch $@

test-colab: .venv/ready build/colab/ready ## run every day on Colab's versions of the packages
	$(BIN)/python -m pytest tests/colab

test-browser: .venv/ready ## drive JupyterLab, formgrader and the feedback pages with Chromium
	$(BIN)/python -m pytest tests/browser

screenshots: .venv/ready ## the same, and write the pictures of README.md
	$(BIN)/python -m pytest tests/browser --screenshots

lab: .venv/ready ## open JupyterLab on my_days/, where your own copies are
	@$(BIN)/deepdays lab

build: .venv/ready ## write the notebooks from solutions/ (DAYS="2 26" for some)
	$(BIN)/deepdays build $(DAYS)

verify: .venv/ready ## prove that right answers pass and wrong ones fail (DAYS="2 26" for some)
	$(BIN)/deepdays verify $(DAYS)

grade: .venv/ready ## grade a class: make grade DAY=26 SUBMISSIONS=folder-or-zip
	$(BIN)/deepdays grade $(DAY) $(SUBMISSIONS)

site: .venv/ready ## write the course as a site, build/site/ (DAYS="2 26" for some)
	$(BIN)/deepdays site $(DAYS)

bench: .venv/ready ## time grading against nbgrader autograde, kernels, proofs; count hints; write docs/benchmarks.md
	$(BIN)/python -m benchmarks.grading

headlines: .venv/ready ## train the learner's models on the real Fashion-MNIST: make headlines DATA=folder; write docs/headlines.md
	$(BIN)/python -m tools.headlines $(DATA)

strangers: .venv/ready ## meet all outsiders' answers and put the verdicts on record, tests/strangers/verdicts.json (DAYS="2 26" for some)
	$(BIN)/python -m tests.strangers $(DAYS)

zoo: .venv/ready ## rebuild a network of deepdays.zoo with its script: make zoo NAME=network
	@test -f data/zoo/$(NAME).py || { echo "There is no script data/zoo/$(NAME).py; name a network that has one."; exit 2; }
	$(BIN)/python data/zoo/$(NAME).py

lint: .venv/ready ## check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check autograder benchmarks data deepdays tests tools

types: .venv/ready ## check the types of both packages
	$(BIN)/mypy

lock: .venv/ready ## fit requirements.lock to pyproject.toml (UPGRADE=--upgrade renews every pin)
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 $(UPGRADE) \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock

clean: ## remove what was built (not your work in my_days)
	rm -rf .venv build .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
