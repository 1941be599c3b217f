# Each target sets up what it needs: a virtual environment in .venv, once, and again when settings.ini changes.
PYTHON ?= python3
BIN = .venv/bin

report: .venv/ready        ## run the whole book on the built-in demo data; the result is report/report.pdf
	$(BIN)/dmgc run --dataset demo --out report

test: .venv/ready          ## run every notebook, with its tests
	cd nbs && PATH="$(CURDIR)/$(BIN):$$PATH" nbdev_test --n_workers 2 --timing

lab: .venv/ready           ## read and rerun the notebooks in Jupyter
	$(BIN)/jupyter lab nbs

readme: .venv/ready        ## README.md from nbs/index.ipynb
	$(BIN)/jupyter nbconvert --log-level=ERROR --to markdown --TagRemovePreprocessor.enabled=True \
		--TagRemovePreprocessor.remove_input_tags remove_input --output-dir . --output README nbs/index.ipynb
	awk '/^```/ {inside = !inside; if (inside && $$0 == "```") $$0 = "```python"} {gsub(/\]\(\.\.\//, "]("); gsub(/\]\(images\//, "](nbs/images/")} 1' README.md > README.part && mv README.part README.md

.venv/ready: settings.ini setup.py
	$(PYTHON) -c 'import sys; sys.exit("dmgc needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": try make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

.PHONY: report test lab readme
