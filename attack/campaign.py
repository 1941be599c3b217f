"What all parts share: the seed, the time, what counts as a good refusal, and a place for finds."
import random, re, shutil, time, tomllib, traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
KNOWN = tomllib.loads((HERE/'known.toml').read_text(encoding='utf-8')).get('known', []) # finds that are not mended

class Fault(AssertionError):
    "A property does not hold: the message says which one, then a colon, then more."

def _frames(error):
    "The places in the project's code that an error came through."
    return [o for o in traceback.extract_tb(error.__traceback__) if f'{HERE.parent.name}/dmgc/' in o.filename]

def check_refusal(error, place):
    "Raise a Fault unless an error is one for users: a plain kind, one line, and a library's names one of our files."
    said, kind = str(error), type(error)
    if not (kind in (ValueError, OSError) or OSError in kind.__mro__ or kind.__module__.startswith('dmgc.')):
        raise Fault(f'an error in place of a sentence: {kind.__name__}: {said[:200]}')
    if '\n' in said.strip() or len(said) > 2000: raise Fault(f'not one short line: {len(said)} letters: {said[:200]}')
    ours = traceback.extract_tb(error.__traceback__)[-1] in _frames(error)
    if not ours and not any(ascii(o.name)[1:-1] in ascii(said) for o in [place, *place.rglob('*')]):
        raise Fault(f'it names no file: {kind.__name__}: {said[:200]}')

def origin(error):
    "What an error is and where in the project it came from: equal for two cases of one find."
    where = f'{Path(o[-1].filename).stem}.{o[-1].name} ' if (o := _frames(error)) else ''
    said = ' '.join(re.findall(r'[a-z]{3,}', str(error).split(':')[0])) if isinstance(error, Fault) else ''
    return f'{type(error).__name__} {where}{said}'

@dataclass
class Row:
    "A line of the table: how many cases were read (or finished), and how many were refused as they should be."
    part:str
    cases:int = 0
    taken:int = 0
    refused:int = 0
    found:int = 0
    known:int = 0
    seconds:float = 0.

class Campaign:
    "A seed, a folder for work and one for finds, the case that is to be played again, and the rows of the table."
    def __init__(self, seed, work, finds, case=''):
        self.seed, self.work, self.finds, self.case, self.rows = seed, work, finds, case, []

    def wants(self, part):
        "Is this part to be played?"
        return not self.case or f'{self.case}/'.startswith(f'{part}/')

    def cases(self, part, deadline):
        "Yield (number, chance of its own) of cases until the time is up; only the one that is to be played again."
        only = self.case.removeprefix(part).strip('/')
        number = int(only or 0)
        while True:
            yield number, random.Random(f'{self.seed} {part}/{number}')
            number += 1
            if only or time.monotonic() > deadline: return

    @contextmanager
    def row(self, part):
        "A new line of the table, with the time that its block takes."
        self.rows.append(row := Row(part))
        begin = time.monotonic()
        try: yield row
        finally: row.seconds = time.monotonic() - begin

    def report(self, row, number, what, details, *files):
        "Keep a find with its files, and say how to play it again; a known one is only counted."
        if any(re.fullmatch(o['part'], row.part) and re.search(o['message'], what + details) for o in KNOWN):
            row.known += 1
            return
        row.found += 1
        case = f'{row.part}/{number}'
        kept = self.finds/f'{self.seed}-{case.replace("/", "-")}'
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        (kept/'what.txt').write_text(f'{case}: {what}\n\n{details}', encoding='utf-8', errors='replace')
        for o in files: (shutil.copytree if o.is_dir() else shutil.copyfile)(o, kept/o.name)
        print(f'FOUND  {case}: {what:.300}\n       {kept}; again: make attack SEED={self.seed} CASE={case}', flush=True)
