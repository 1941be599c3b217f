#!/usr/bin/env python3
"README.md from nbs/index.ipynb, with the outputs that the notebook holds: `make readme`; with --check only compare."
import re
import sys
from pathlib import Path

from nbconvert import MarkdownExporter
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[1]
PREPROCESSOR = {'enabled': True, 'remove_input_tags': {'remove_input'}, 'remove_cell_tags': {'remove_cell'}}


def readme():
    "The text: paths as seen from the root of the repository, code fences that say their language."
    exporter = MarkdownExporter(config=Config(TagRemovePreprocessor=PREPROCESSOR))
    text, resources = exporter.from_filename(str(ROOT/'nbs'/'index.ipynb'))
    if resources.get('outputs'): sys.exit('index.ipynb has pictures as outputs: link pictures of nbs/images or report')
    lines, inside = [], False
    for line in text.strip().split('\n'):
        if line.startswith('```'):
            inside = not inside
            if inside and line == '```': line = '```python'
        if not inside: line = re.sub(r'\]\((?!https?:|#|/|\.\./)([^)]+)\)', r'](nbs/\1)', line).replace('](../', '](')
        lines.append(line)
    return '\n'.join(lines) + '\n'


if __name__ == '__main__':
    if '--check' not in sys.argv: (ROOT/'README.md').write_text(readme(), encoding='utf-8')
    elif (ROOT/'README.md').read_text(encoding='utf-8') != readme(): sys.exit('README.md is old: run make readme')
