#!/usr/bin/env python3
"""Checks that the notebooks and modules keep their form: `python .ci/house.py` (all, exit 1 on a fault), or with paths of notebooks.

Faults: lines over 120 columns, several definitions in an exported cell, functions over 40 lines, modules over 450 lines, notebooks over
25 minutes (200 words and 25 code lines a minute; the demo, which is data, excepted), outputs that hold an error or a machine's path,
public definitions without docstring, and, in total, fewer than 90 % of public definitions that a test cell names within two cells.
With --table the figures are printed for every notebook, with --json as JSON."""
import ast, json, re, statistics, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXCEPTED = {'demo'}  # data, not an idea


def source(cell): return ''.join(cell['source'])
def exported(text): return re.match(r'#\|\s*(export\w*)', text)
def public(text): return bool(m := exported(text)) and m[1] in ('export', 'exports')


def definitions(text):
    "(name, node) of the functions and classes of a cell."
    try: return [(n.name, n) for n in ast.parse(text).body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    except SyntaxError: return []


def minutes(cells):
    words = sum(len(source(c).split()) for c in cells if c['cell_type'] == 'markdown')
    lines = sum(source(c).count('\n') + 1 for c in cells if c['cell_type'] == 'code')
    return words/200 + lines/25


def module_of(cells):
    return next((m[1] for c in cells if (m := re.match(r'#\|\s*default_exp (\S+)', source(c)))), None)


def look(path):
    "Faults and figures of one notebook."
    cells = json.loads(path.read_text(encoding='utf-8'))['cells']
    faults, untested, names, total = [], [], [], 0
    code = [c for c in cells if c['cell_type'] == 'code']
    for i, c in enumerate(cells):
        text = source(c)
        for k, line in enumerate(text.split('\n')):
            if len(line) > 120 and 'http' not in line and not line.startswith('|'): faults.append(f'cell {i} line {k}: {len(line)} columns')
        if c['cell_type'] != 'code': continue
        found = definitions(text)
        if exported(text) and len([n for n, _ in found if not n.startswith('_')]) > 1:
            faults.append(f'cell {i}: several definitions ({", ".join(n for n, _ in found)})')
        for name, node in found:
            if not exported(text): continue
            for f in [node, *(node.body if isinstance(node, ast.ClassDef) else ())]:
                if isinstance(f, ast.FunctionDef) and f.end_lineno - f.lineno + 1 > 40: faults.append(f'cell {i}: {f.name} has over 40 lines')
            if name.startswith('_') or not public(text): continue
            if not ast.get_docstring(node): faults.append(f'cell {i}: {name} has no docstring')
            names.append(name); total += 1
            rest = [source(o) for o in cells[i + 1:] if o['cell_type'] == 'code']
            near = rest[:2]
            if not any(re.search(rf'\b{name}\b', o) and not exported(o) for o in near): untested.append(name)
        for o in c.get('outputs', []):
            if o.get('output_type') == 'error': faults.append(f'cell {i}: an output holds an error')
        if re.search(r'/(home|root|tmp|work)/\w', json.dumps(c.get('outputs', []))): faults.append(f'cell {i}: an output holds a path of a machine')
        for node in ast.walk(ast.parse(text)) if definitions(text) is not None and not re.search(r'^[%!]', text, re.M) else ():
            if isinstance(node, ast.Assert) and isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And) and len(node.test.values) > 2:
                faults.append(f'cell {i}: an assert of {len(node.test.values)} facts')
    if (t := minutes(cells)) > 25 and path.stem not in EXCEPTED: faults.append(f'{t:.0f} minutes to read')
    module, lines = module_of(cells), 0
    if module and (file := ROOT/'dmgc'/(module.replace('.', '/') + '.py')).is_file():
        lines = file.read_text(encoding='utf-8').count('\n')
        if lines > 450 and path.stem not in EXCEPTED: faults.append(f'{lines} lines of module')
    if code and not source(cells[0]).startswith('# '): faults.append('does not begin with a title')
    names += [t.id for c in code if public(source(c)) for n in ast.parse(source(c)).body if isinstance(n, ast.Assign)
              for t in n.targets if isinstance(t, ast.Name) and not t.id.startswith('_')]
    return dict(notebook=str(path.relative_to(ROOT)), module=module, lines=lines, minutes=round(t, 1), public=len(names), tested=total - len(untested),
                definitions=total, untested=untested, names=names, faults=faults)


def main(args):
    paths = [Path(a).resolve() for a in args if not a.startswith('-')] or sorted((ROOT/'nbs').rglob('*.ipynb'))
    seen = [look(p) for p in paths if '.ipynb_checkpoints' not in str(p)]
    total, tested = sum(o['definitions'] for o in seen), sum(o['tested'] for o in seen)
    if '--json' in args: print(json.dumps(seen, indent=1)); return 0
    for o in seen:
        if '--table' in args: print(f'{o["notebook"]:38} {o["lines"]:4} lines {o["minutes"]:5.1f} min {o["public"]:3} public {o["tested"]:3} of {o["definitions"]:3} tested')
        if len(args) and not args[0].startswith('-') and o['untested']: print(f'{o["notebook"]}: not named in the next two code cells: {", ".join(o["untested"])}')
        for f in o['faults']: print(f'{o["notebook"]}: {f}')
    faults = sum(len(o['faults']) for o in seen)
    share = tested/max(1, total)
    print(f'{len(seen)} notebooks, {faults} faults; {tested} of {total} public definitions ({100*share:.0f} %) are tested beside; '
          f'median public names a module: {statistics.median(o["public"] for o in seen if o["module"]) if any(o["module"] for o in seen) else 0:g}')
    return 1 if faults or (share < .9 and len(paths) > 1) else 0


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
