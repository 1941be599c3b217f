#!/usr/bin/env python3
"""Checks that SECURITY.md names tests that exist: `python .ci/promises.py`; exit 1 on a fault.

Every promise (an item under "What is promised") ends with links to notebooks, each followed by pieces of their code."""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def code(path):
    "The code of a notebook's tests: of the cells that are not exported."
    cells = json.loads((ROOT/path).read_text(encoding='utf-8'))['cells']
    texts = (''.join(c['source']) for c in cells if c['cell_type'] == 'code')
    return '\n'.join(o for o in texts if not re.match(r'#\|\s*export', o))


def faults(promise):
    "What is wrong with the tests that a promise names."
    named = re.findall(r'\]\((nbs/[^)]+\.ipynb)\):\s*((?:`[^`]+`(?:,\s+)?)+)', promise)
    if not named: yield 'names no test'
    for path, pieces in named:
        if not (ROOT/path).is_file(): yield f'{path} does not exist'
        else: yield from (f'{path} does not test {o}' for o in re.findall('`([^`]+)`', pieces) if o not in code(path))


def main():
    "Look at all promises."
    text = (ROOT/'SECURITY.md').read_text(encoding='utf-8')
    part = text.split('## What is promised')[1].split('## What is not promised')[0]
    promises = re.findall(r'^- (.+(?:\n  .+)*)', part, re.M)
    found = [f'SECURITY.md: {o[:60]}...: {fault}' for o in promises for fault in faults(o)]
    print('\n'.join([*found, f'{len(promises)} promises, {len(found)} faults']))
    return 1 if found or not promises else 0


if __name__ == '__main__': sys.exit(main())
