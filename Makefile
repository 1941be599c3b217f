# Each target sets up what it needs: a virtual environment in .venv, once, and again when settings.ini changes.
PYTHON ?= python3
BIN = .venv/bin
export OMP_WAIT_POLICY ?= PASSIVE

report: .venv/ready        ## run the study on the built-in demo data; the result is report/report.pdf
	$(BIN)/dmgc run --dataset demo --out report

test: .venv/ready          ## run every notebook, with its tests
	PATH="$(CURDIR)/$(BIN):$$PATH" nbdev_test --flags long --n_workers 2 --timing

lab: .venv/ready           ## read and rerun the notebooks in Jupyter
	$(BIN)/jupyter lab nbs

docs: .venv/docs           ## the documentation site, in _site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

check: .venv/ready         ## form of the notebooks, direction of the imports, generated files
	PATH="$(CURDIR)/$(BIN):$$PATH" bash .ci/check

attack: .venv/attack       ## readers, decoders and commands, attacked with chance: SEED=28 MINUTES=10 CASE=sounds/17
	$(BIN)/python -m attack $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(CASE),--case $(CASE))

readme: .venv/ready        ## README.md from nbs/index.ipynb
	$(BIN)/python .ci/readme.py

.venv/ready: settings.ini setup.py
	$(PYTHON) -c 'import sys; sys.exit("dmgc needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": try make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[dev]'
	if git rev-parse --git-dir >/dev/null 2>&1; then PATH="$(CURDIR)/$(BIN):$$PATH" nbdev_install_hooks; fi
	touch $@

.venv/attack: .venv/ready
	$(BIN)/pip install --quiet --editable '.[attack]'
	touch $@

.venv/docs: .venv/ready
	$(BIN)/pip install --quiet --editable '.[docs]'
	touch $@

.PHONY: report test lab docs check attack readme
