"""Which representation of music, under which model, tells genres apart? Clips, features, models, results, your music.

The names below are loaded when they are first touched, so `import dmgc` is instant. Everything else is reached by its
module's path, such as `dmgc.clips.splits.split_clips`.
"""

import os

# OpenMP threads that have nothing to do spin, and slow down everything else on a busy machine. OpenMP reads this when
# it is loaded, that is when torch is imported; where that has happened before, set it in the environment of the
# process. A value that is set already is kept.
os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

__version__ = "0.2.0"

_MODULES = {
    'Dataset': 'clips.datasets', 'load_dataset': 'clips.datasets', 'prepare': 'clips.datasets',
    'get_feature': 'features.registry', 'extract': 'features.store', 'load_features': 'features.store',
    'make_forest': 'models.baselines', 'make_model': 'models.registry',
    'fit_result': 'results.results', 'cross_validate': 'results.results',
    'GenreClassifier': 'music.classifier', 'plot_timeline': 'music.timeline',
}

__all__ = ['__version__', *_MODULES]


def __getattr__(name):
    "Import the module of a public name when the name is first touched."
    if name not in _MODULES:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from importlib import import_module
    value = globals()[name] = getattr(import_module(f'{__name__}.{_MODULES[name]}'), name)
    return value


def __dir__(): return sorted({*globals(), *_MODULES})
