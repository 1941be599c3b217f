"Reads settings.ini, the one place of metadata; puts the notebooks and the text of the report into the wheel."
import shutil
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

here = Path(__file__).parent
config = ConfigParser(delimiters=['='])
config.read(here/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']
lines = lambda key: [o.strip() for o in cfg.get(key, '').splitlines() if o.strip()]
extras = {key.removesuffix('_requirements'): lines(key) for key in cfg if key.endswith('_requirements')}


class BuildWithNotebooks(build_py):
    "The chain runs the notebooks, so the wheel holds them, as `dmgc/nbs`, and beside them what the report is made of."
    def run(self):
        super().run()
        if self.editable_mode: return
        target = Path(self.build_lib)/'dmgc'/'nbs'
        shutil.rmtree(target, ignore_errors=True)
        left_out = shutil.ignore_patterns('run', '.ipynb_checkpoints', '__pycache__', 'images')
        shutil.copytree(here/'nbs', target, ignore=left_out)
        (target/'report').mkdir()
        for name in ('report.typ', 'references.bib', 'results.json'):
            if (here/'report'/name).is_file(): shutil.copy(here/'report'/name, target/'report'/name)


setup(name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], license='Apache-2.0',
      keywords=cfg['keywords'], author=cfg['author'],
      long_description=(here/'README.md').read_text(encoding='utf-8') if (here/'README.md').exists() else '',
      long_description_content_type='text/markdown',
      packages=find_packages(include=['dmgc', 'dmgc.*']), python_requires='>=' + cfg['min_python'],
      install_requires=lines('requirements'), extras_require=extras, cmdclass={'build_py': BuildWithNotebooks},
      entry_points={'console_scripts': lines('console_scripts')}, zip_safe=False)
