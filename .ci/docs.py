"A hook of mkdocs: pages of the API, one per folder of the package, made from the modules that there are."
from pathlib import Path

from mkdocs.structure.files import File

PACKAGE = Path(__file__).resolve().parents[1]/'dmgc'
SINGLE = ['core', 'names', 'untrusted', 'workers', 'settings', 'study', 'cli']
FRONT = """# dmgc

These names are loaded when they are first touched; everything else is reached by its module's path.

"""


def front_door():
    "The page of `import dmgc`: its names, each a link to where it is defined."
    text = (PACKAGE/'__init__.py').read_text(encoding='utf-8')
    names = eval(text[text.index('_MODULES = ') + len('_MODULES = '):text.index('\n}\n') + 2], {})
    page = lambda module: module.split('.')[0] + '.md'
    rows = [f'| [`dmgc.{name}`]({page(m)}#dmgc.{m}.{name}) | `dmgc.{m}` |' for name, m in names.items()]
    return FRONT + '\n'.join(['| name | from |', '|---|---|', *rows]) + '\n'


def on_files(files, config):
    "Add a page per folder, with every module in it."
    pages = {'dmgc': front_door()} | {name: f'# {name}\n\n::: dmgc.{name}\n' for name in SINGLE}
    for folder in sorted(o for o in PACKAGE.iterdir() if o.is_dir() and (o/'__init__.py').is_file()):
        stems = [o.stem for o in sorted(folder.glob('*.py')) if not o.stem.startswith('_')]
        pages[folder.name] = f'# {folder.name}\n\n' + '\n'.join(f'::: dmgc.{folder.name}.{o}\n' for o in stems)
    for name, text in pages.items(): files.append(File.generated(config, f'api/{name}.md', content=text))
    return files
