"Reads settings.ini, the one place of metadata and dependencies, and nothing else."
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=['='])
config.read(here/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']
lines = lambda key: [o.strip() for o in cfg.get(key, '').splitlines() if o.strip()]
extras = {key.removesuffix('_requirements'): lines(key) for key in cfg if key.endswith('_requirements')}

setup(name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], license='Apache-2.0',
      keywords=cfg['keywords'], author=cfg['author'], url=cfg['git_url'],
      long_description=(here/'README.md').read_text(encoding='utf-8') if (here/'README.md').exists() else '',
      long_description_content_type='text/markdown',
      packages=find_packages(include=['dmgc', 'dmgc.*']), python_requires='>=' + cfg['min_python'],
      install_requires=lines('requirements'), extras_require=extras,
      entry_points={'console_scripts': lines('console_scripts')}, zip_safe=False)
