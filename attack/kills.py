"""`dmgc train`, `tag` and `run`, killed at random moments: what was there is still there, no process lives on, and when
the command is finished at last, all is equal to what an undisturbed one makes."""
import json, os, shutil, signal, subprocess, sys, time, traceback
from pathlib import Path
import pandas as pd, soundfile as sf
from mediafile import MediaFile
from safetensors.numpy import load_file
from dmgc.music.trained import TrainedModel
from dmgc.testing import toy_collection, toy_sound
from .campaign import Fault, origin
from .damage import empty

NOT_EQUAL = {'seconds', 'times', 'cpu', 'started', 'took', 'check', 'history.csv'} # keys of what two runs never share
WAIT = 5. # s, after which no process of a killed command may be alive

def essence(path):
    "What a file says, without what differs between any two runs."
    def plain(o):
        if isinstance(o, dict): return {k: plain(v) for k, v in o.items() if k not in NOT_EQUAL}
        return [plain(v) for v in o] if isinstance(o, list) else o
    if path.suffix == '.json': return plain(json.loads(path.read_text()))
    if path.suffix == '.csv': return pd.read_csv(path, dtype=str).drop(columns='seconds', errors='ignore').to_csv()
    return {k: v.tobytes() for k, v in load_file(path).items()} if path.suffix == '.safetensors' else path.read_bytes()

def differing(one, two, *which):
    "Names of files that are in one folder only, or do not say the same in both; hidden ones are left out."
    def visible(folder):
        found = {o.relative_to(folder): o for w in which or ['**/*'] for o in folder.glob(w) if o.is_file()}
        return {k: o for k, o in found.items() if not any(part.startswith('.') for part in k.parts)}
    one, two = visible(one), visible(two)
    return sorted(map(str, {*one} ^ {*two} | {k for k in {*one} & {*two} if essence(one[k]) != essence(two[k])}))

class Victim:
    "A command, the folder in which it works, and what must hold after a kill and at the end."
    def __init__(self, work):
        self.work, self.count = empty(work), 0
        self.log = work.with_suffix('.log').open('w')
        self.prepare() # and measure `takes`, the seconds of a whole command

    def start(self, words):
        "Start `dmgc` in a session of its own."
        self.count += 1
        self.mark = f'{os.getpid()}-{self.count}-{time.time()}'
        env, program = os.environ | dict(DMGC_ATTACK=self.mark, OMP_NUM_THREADS='1'), [sys.executable, '-m', 'dmgc']
        return subprocess.Popen([*program, *words.split()], env=env, stdout=self.log, stderr=self.log, cwd=self.work,
                                start_new_session=True)

    def finish(self, words):
        "Run `dmgc` to its end; returns how long it took, s."
        begin, process = time.monotonic(), self.start(words)
        try: code = process.wait()
        finally: process.kill() # if we are stopped
        if code: raise Fault(f'a command fails: exit code {code} of dmgc {words}')
        return time.monotonic() - begin

    def alive(self):
        "Numbers of the processes that have the mark of the last command in their environment."
        def is_marked(o):
            try: return self.mark.encode() in (o/'environ').read_bytes() and b') Z ' not in (o/'stat').read_bytes()
            except OSError: return False
        return [int(o.name) for o in Path('/proc').glob('[0-9]*') if is_marked(o)]

    def kill(self, pause, words):
        "Kill `dmgc` after a pause, s; returns whether it had ended before. A Fault says that processes live on."
        process = self.start(words)
        try:
            if code := process.wait(pause): raise Fault(f'a command fails: exit code {code} of dmgc {words}')
            return True
        except subprocess.TimeoutExpired: pass
        finally: process.kill()
        process.wait()
        end = time.monotonic() + WAIT
        while (alive := self.alive()) and time.monotonic() < end: time.sleep(.05)
        for o in alive: os.kill(o, signal.SIGKILL)
        if alive: raise Fault(f'processes live on: {len(alive)} of dmgc {words}')

    def must_equal(self, one, two, *which):
        "Raise a Fault unless two folders say the same."
        if odd := differing(self.work/one, self.work/two, *which): raise Fault(f'folders differ: {one}, {two}: {odd}')

class Train(Victim):
    "A model is trained in the place of another one: one of them is always there, whole."
    words = 'train clips --feature mel --model forest --window 1 --folds 2 --seed {0} --out {1}'

    def prepare(self):
        toy_collection(self.work/'clips')
        self.takes = max(self.finish(self.words.format(k, f'model-{k}')) for k in (0, 1))
        shutil.copytree(self.work/'model-0', self.work/'model')

    def turn(self, rng):
        self.kill(rng.uniform(.3, 1)*self.takes, self.words.format(self.count % 2, 'model'))
        TrainedModel.load(self.work/'model')
        if all(differing(self.work/f'model-{k}', self.work/'model', '*.safetensors') for k in (0, 1)):
            raise Fault('the model is neither the old one nor the new one')

    def end(self):
        self.finish(self.words.format(1, 'model'))
        self.must_equal('model-1', 'model', 'model.json', '*.safetensors')

class Tag(Victim):
    "Songs are tagged, and this is undone: each is always the old one or the new one, to the last bit."
    words = 'tag model {0} --write --above .3 --log {0}.jsonl'

    def prepare(self):
        for i in range(150):
            path = self.work/'before'/f'album {i % 7}'/f'{i:03}.{("mp3", "flac", "ogg")[i % 3]}'
            path.parent.mkdir(parents=True, exist_ok=True)
            sf.write(path, toy_sound(('hum', 'whistle', 'hiss')[i//3 % 3], 1., seed=i), 22050)
            media = MediaFile(path)
            media.title, media.genres = f'Song {i}', [['Rock'], ['Rock; Pop'], ['(17)'], ['hum']][i % 4]
            media.save()
        for name in ('songs', 'after'): shutil.copytree(self.work/'before', self.work/name)
        toy_collection(self.work/'clips')
        self.finish(Train.words.format(1, 'model'))
        self.times, self.takes = self.states(), self.finish(self.words.format('after'))

    def states(self):
        "Time and rights of all songs."
        return {o: (o.stat().st_mtime_ns, o.stat().st_mode) for o in (self.work/'songs').rglob('*.*')}

    def turn(self, rng):
        for words, wanted in ((self.words.format('songs'), 'after'), ('tag --undo songs.jsonl', 'before')):
            for _ in range(3):
                if self.kill(rng.uniform(.2, .9)*self.takes, words): break
                odd = [{*differing(self.work/o, self.work/'songs')} for o in ('before', 'after')]
                if odd[0] & odd[1]: raise Fault(f'neither old nor new: {sorted(odd[0] & odd[1])}')
            self.finish(words)
            self.must_equal(wanted, 'songs')
        if self.states() != self.times: raise Fault('times or rights of songs have changed')
        (self.work/'songs.jsonl').unlink()

    def end(self): pass

class Run(Victim):
    "A study is killed again and again, and at last its results are those of an undisturbed one."
    words = 'run --dataset clips --preset smoke --features mel --jobs 2 --out {0}'
    kept = 'tables/* figures/* results/**/* folds/**/* results.json splits.csv *.safetensors'.split()

    def prepare(self):
        toy_collection(self.work/'clips', per_genre=10, seconds=4.)
        self.takes = self.finish(self.words.format('reference'))

    def turn(self, rng):
        if self.kill(rng.uniform(.1, .6)*self.takes, self.words.format('out')): self.end()

    def end(self):
        self.finish(self.words.format('out'))
        self.must_equal('reference', 'out', *self.kept)
        shutil.rmtree(self.work/'out')

VICTIMS = dict(train=(Train, .12), tag=(Tag, .13), run=(Run, .75)) # and their shares of the time

def attack(campaign, deadline):
    "Kill the commands until the time is up; a find ends the turns of its command."
    whole = deadline - time.monotonic()
    for name, (kind, share) in VICTIMS.items():
        part, end, work = f'kills/{name}', time.monotonic() + share*whole, campaign.work/name
        if not campaign.wants(part): continue
        with campaign.row(part) as row:
            number, victim = 0, None
            try:
                victim = kind(work)
                for number, rng in campaign.cases(part, end - victim.takes): # noqa: B007 (it is reported)
                    victim.turn(rng)
                    row.taken += 1
                victim.end()
            except Exception as e:
                log = work.with_suffix('.log')
                campaign.report(row, number, f'{origin(e)}: {e}', traceback.format_exc(), log, work)
            if victim: row.cases = victim.count
