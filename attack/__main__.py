"Attack the readers of all formats, the decoders of audio and the commands with chance: `python -m attack --help`."
import argparse, faulthandler, os, secrets, signal, sys, tempfile, time, warnings
from dataclasses import astuple
from importlib import import_module
from pathlib import Path

SHARES = dict(readers=.3, sounds=.2, kills=.5) # of the time

def read_arguments():
    "The options of the campaign."
    p = argparse.ArgumentParser('attack', description=__doc__.split(':')[0] + '; the table says what was done.')
    p.add_argument('--seed', type=int, default=secrets.randbelow(2**32), help='of all chance (default: a new one)')
    p.add_argument('--minutes', type=float, default=10, help='of all parts together (default: 10)')
    p.add_argument('--part', choices=SHARES, help='only this part, which gets all the time')
    p.add_argument('--case', default='', help='only this case, as sounds/17 (with its seed), or readers/packs')
    p.add_argument('--finds', type=Path, default=Path(__file__).parent/'finds', help='folder for what is found')
    args = p.parse_args()
    if args.case: args.part = args.case.split('/')[0]
    if args.part and args.part not in SHARES: p.error(f'no part {args.part!r}; there are {", ".join(SHARES)}')
    return args

def show(rows):
    "The table of what was done."
    total = [sum(column) for column in zip(*(astuple(o)[1:] for o in rows), strict=True)]
    print(f'\n{"part":20}{"cases":>8}{"taken":>8}{"refused":>8}{"found":>8}{"known":>8}{"seconds":>9}')
    for o in [*map(astuple, rows), ('all', *total)]: print('{:20}{:8}{:8}{:8}{:8}{:8}{:9.0f}'.format(*o))

def main():
    "Play all parts, or one, or one case; the exit code is 1 if something was found."
    args = read_arguments()
    print(f'seed {args.seed}, {args.minutes:g} minutes', flush=True)
    faulthandler.enable()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)) # so that nothing that was started, or written, is left
    with tempfile.TemporaryDirectory(prefix='dmgc-attack-') as work:
        os.environ.update(DMGC_CACHE=f'{work}/cache', DMGC_OFFLINE='1', HF_HUB_OFFLINE='1', PYTHONWARNINGS='ignore')
        warnings.simplefilter('ignore')
        from .campaign import Campaign # only now, as the cache is ours; so the parts below
        campaign = Campaign(args.seed, Path(work), args.finds, args.case)
        for part in [args.part] if args.part else SHARES:
            deadline = time.monotonic() + 60*args.minutes*(1 if args.part else SHARES[part])
            import_module(f'attack.{part}').attack(campaign, deadline)
    if not campaign.rows: sys.exit(f'{args.case or args.part}: no such case, as sounds/17 or readers/packs')
    show(campaign.rows)
    found = sum(o.found for o in campaign.rows)
    print(f'seed {args.seed}: ' + (f'{found} found; see {args.finds}' if found else 'nothing found'))
    return 1 if found else 0

if __name__ == '__main__': sys.exit(main())
