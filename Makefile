PYTHON ?= python3
ifeq ($(OS),Windows_NT)
VENV_PYTHON = .venv/Scripts/python
else
VENV_PYTHON = .venv/bin/python
endif
# A machine that forbids compiled modules would import everything anew in each notebook.
unexport PYTHONDONTWRITEBYTECODE
# The tests of a file share what is dear to make, so they stay with one worker.
WORKERS = -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: book site pdf slides lab wheelhouse test quick lint install lock help

book: install  ## build the demo book to _build/html/index.html
	@$(VENV_PYTHON) -m helpers build

site: install  ## build the public site, published and demo, to _build/site/index.html
	@$(VENV_PYTHON) -m helpers site

pdf: book  ## print the demo book as one PDF: _build/html/music-for-pain-relief.pdf
	@$(VENV_PYTHON) -m helpers pdf

slides: book  ## make slides of the demo book, and the statistics on one page, beside its pages
	@$(VENV_PYTHON) -m helpers slides
	@$(VENV_PYTHON) -m helpers sheet

lab: install  ## open the chapters in JupyterLab; `make lab DIR=copies` opens that folder
	@$(VENV_PYTHON) -m helpers lab $(DIR)

wheelhouse: install  ## fetch the locked packages into wheelhouse/, to install without network
	@$(VENV_PYTHON) -m helpers wheelhouse

test: install  ## run every test
	@$(VENV_PYTHON) -m pytest tests $(WORKERS)

quick: install  ## run the tests that build no book and need no browser
	@$(VENV_PYTHON) -m pytest tests $(WORKERS) -m "not book and not browser and not slow"

lint: install  ## format, lint, types and the order of imports; `make test` checks them too
	@$(VENV_PYTHON) -m ruff format
	@$(VENV_PYTHON) -m ruff check --fix
	@$(VENV_PYTHON) -m mypy
	@$(dir $(VENV_PYTHON))lint-imports

install:  ## make the locked environment in .venv
	@$(PYTHON) -m helpers.install

lock: install  ## write requirements.lock anew from pyproject.toml; what is locked stays where it can
	@mkdir -p build && cp requirements.lock build/requirements.lock
	@$(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header --no-emit-index-url pyproject.toml -o build/requirements.lock
	@($(VENV_PYTHON) tests/lock_mark.py; cat build/requirements.lock) > requirements.lock

help:  ## list what make can do
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/:/'
