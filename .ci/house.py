#!/usr/bin/env python3
"""Checks the form of the notebooks: `python .ci/house.py` (all; exit 1 on a fault), or with paths of notebooks.

Faults: lines over 120 columns; several public definitions in an exported cell; public definitions without docstring;
functions over 40 lines; modules over 450 lines; notebooks over 25 minutes (200 words and 25 code lines per minute);
asserts of more than two facts; outputs that hold an error or the path of a machine; no title; and, in total, fewer than
90 % of public definitions named in one of the next two code cells. The demo, which is data, may be long.
--table prints the figures of every notebook, --json everything."""
import ast
import json
import re
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONG = {'demo'}  # data rather than an idea
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def source(cell): return ''.join(cell['source'])
def is_exported(text): return bool(re.match(r'#\|\s*export', text))
def is_public(text): return bool(re.match(r'#\|\s*exports?\b', text))


def parse(text):
    "The syntax tree of a cell; an empty one for a cell with magics."
    try: return ast.parse(text)
    except SyntaxError: return ast.parse('')


def minutes(cells):
    "How long a notebook takes to read."
    words = sum(len(source(c).split()) for c in cells if c['cell_type'] == 'markdown')
    return words/200 + sum(source(c).count('\n') + 1 for c in cells if c['cell_type'] == 'code')/25


def module_lines(cells):
    "The module of a notebook, and how many lines it has."
    name = next((m[1] for c in cells if (m := re.match(r'#\|\s*default_exp (\S+)', source(c)))), None)
    file = ROOT/'dmgc'/f'{(name or "").replace(".", "/")}.py'
    return name, file.read_text(encoding='utf-8').count('\n') if name and file.is_file() else 0


def line_faults(text):
    "Lines that are too long; addresses and tables cannot be wrapped."
    long = [len(o) for o in text.split('\n') if len(o) > 120 and 'http' not in o and not o.startswith('|')]
    return [f'{n} columns' for n in long]


def code_faults(text, tree):
    "Faults of a code cell by itself."
    faults, defined = [], [n for n in tree.body if isinstance(n, (*FUNCTION, ast.ClassDef))]
    names = [n.name for n in defined if not n.name.startswith('_')]
    if is_public(text) and len(names) > 1: faults.append(f'several definitions ({", ".join(names)})')
    for n in ast.walk(tree) if is_exported(text) else ():
        if isinstance(n, FUNCTION) and n.end_lineno - n.lineno >= 40: faults.append(f'{n.name} has over 40 lines')
    for n in defined:
        if is_public(text) and n.name in names and not ast.get_docstring(n): faults.append(f'{n.name} has no docstring')
    for n in ast.walk(tree):
        test = getattr(n, 'test', None) if isinstance(n, ast.Assert) else None
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and len(test.values) > 2:
            faults.append(f'an assert of {len(test.values)} facts')
    return faults


def output_faults(outputs):
    "Errors and paths in what a cell printed."
    faults = ['an output holds an error'] if any(o.get('output_type') == 'error' for o in outputs) else []
    if re.search(r'/(home|root|tmp|work|Users)/\w', json.dumps(outputs)): faults.append('an output holds a local path')
    return faults


def public_names(code):
    "(number of the code cell, name, is it a function or class?) of everything public."
    for i, text in enumerate(code):
        for n in parse(text).body if is_public(text) else ():
            if isinstance(n, (*FUNCTION, ast.ClassDef)): found = [(n.name, True)]
            else:
                stored = [t for t in ast.walk(n) if isinstance(t, ast.Name) and isinstance(t.ctx, ast.Store)]
                found = [(t.id, False) for t in stored]
            if isinstance(n, (*FUNCTION, ast.ClassDef, ast.Assign)):
                yield from ((i, name, defined) for name, defined in found if not name.startswith('_'))


def look(path):
    "Faults and figures of one notebook."
    cells = json.loads(path.read_text(encoding='utf-8'))['cells']
    code = [source(c) for c in cells if c['cell_type'] == 'code']
    faults = [] if source(cells[0]).startswith('# ') else ['does not begin with a title']
    for i, c in enumerate(cells):
        found = line_faults(source(c))
        if c['cell_type'] == 'code': found += code_faults(source(c), parse(source(c))) + output_faults(c['outputs'])
        faults += [f'cell {i}: {o}' for o in found]
    names = list(public_names(code))
    beside = lambda i, name: any(re.search(rf'\b{name}\b', o) and not is_exported(o) for o in code[i + 1:i + 3])
    untested = [name for i, name, defined in names if defined and not beside(i, name)]
    module, lines = module_lines(cells)
    if path.stem not in LONG and (t := minutes(cells)) > 25: faults.append(f'{t:.0f} minutes to read')
    if path.stem not in LONG and lines > 450: faults.append(f'{lines} lines of module')
    return dict(notebook=str(path.relative_to(ROOT)), module=module, lines=lines, minutes=round(minutes(cells), 1),
                names=[name for _, name, _ in names], definitions=sum(d for *_, d in names), untested=untested,
                faults=faults)


def main(args):
    "Look at all notebooks, or at those named."
    named = [Path(a).resolve() for a in args if not a.startswith('-')]
    skip = {'.ipynb_checkpoints', 'run'}
    seen = [look(p) for p in named or sorted((ROOT/'nbs').rglob('*.ipynb')) if not skip & set(p.parts)]
    if '--json' in args: return print(json.dumps(seen, indent=1))
    for o in seen:
        if '--table' in args:
            print(f'{o["notebook"]:38} {o["lines"]:4} lines {o["minutes"]:5.1f} min {len(o["names"]):3} public '
                  f'{o["definitions"] - len(o["untested"]):3} of {o["definitions"]:3} tested beside')
        if named and o['untested']:
            print(f'{o["notebook"]}: not in the next two code cells: {", ".join(o["untested"])}')
        for f in o['faults']: print(f'{o["notebook"]}: {f}')
    total, untested = (sum(map(f, seen)) for f in (lambda o: o['definitions'], lambda o: len(o['untested'])))
    faults, share = sum(len(o['faults']) for o in seen), 1 - untested/max(1, total)
    median = statistics.median([len(o['names']) for o in seen if o['module']] or [0])
    print(f'{len(seen)} notebooks, {faults} faults; {100*share:.0f} % of {total} public definitions are tested beside; '
          f'median public names per module: {median:g}')
    return 1 if faults or share < .9 and not named else 0


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
