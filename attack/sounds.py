"""Damaged audio files of many formats: each one is decoded, or refused in a sentence. A process with limits of time and
memory looks at them, and is started again when it dies."""
import json, os, resource, select, signal, subprocess, sys, traceback
from pathlib import Path
import numpy as np, soundfile as sf
from dmgc.clips.audio import AudioFile, ClipError, read_clip, read_header
from dmgc.clips.checks import inspect_clip
from dmgc.testing import encode_sound, toy_sound
from .campaign import check_refusal, Fault, origin
from .damage import damage_bytes, empty

CPU, WALL, MEMORY = 10, 300, 2**30 # per file: seconds of processor time, seconds at all; bytes beyond the libraries'
LIBSNDFILE = ('wav:PCM_16 wav:FLOAT wav:ULAW wav:MS_ADPCM wav:IMA_ADPCM flac:PCM_16 ogg:VORBIS ogg:OPUS aiff:PCM_24 '
              'mp3:MPEG_LAYER_III au:PCM_16 caf:PCM_16 w64:PCM_16').split()
FFMPEG = ('m4a:aac m4a:alac aac:aac wma:wmav2 wv:wavpack opus:libopus mka:flac webm:libopus tta:tta mp2:mp2 '
          'mp3:libmp3lame mp4:aac:mpeg4 avi:mp2:mpeg4 mov:pcm_s16le').split()

def make_sounds(folder):
    "A second of sound in each format."
    for i, name in enumerate(LIBSNDFILE):
        suffix, kind = name.split(':')
        rate, kinds = 24000 if kind == 'OPUS' else 22050, ('hum', 'hiss')[:1 + i % 2]
        sf.write(folder/f'{kind}.{suffix}', np.stack([toy_sound(o, 1., rate) for o in kinds], 1), rate, kind)
    for name in FFMPEG:
        suffix, codec, *video = name.split(':')
        rate = 48000 if codec == 'libopus' else 44100
        encode_sound(folder/f'{codec}.{suffix}', toy_sound('hum', 1., rate), rate, codec, video=''.join(video))
    return sorted(folder.iterdir())

def check_wave(wave, what):
    "Raise a Fault unless a waveform holds numbers, and none that is absurdly large."
    if not len(wave): raise Fault(f'no samples: {what}')
    if not np.isfinite(wave).all(): raise Fault(f'samples that are not numbers: {what}')
    if np.abs(wave).max() > 2**32: raise Fault(f'a huge sample: {what}, {np.abs(wave).max():.0e}')
    return len(wave)

def read_windows(path):
    "All windows of a file, one after the other."
    with AudioFile(path) as file: found = [wave for _, wave in file.windows(22050, .5, .25) if wave is not None]
    return np.concatenate([*found, np.zeros(1, 'float32')])

def look(path):
    "Read a file in all ways that we have; returns whether it could be read. A Fault says what should not be."
    opened, lengths = len(os.listdir('/proc/self/fd')), {}
    ways = dict(whole=read_clip, clip=lambda path: read_clip(path, 16000, .8), windows=read_windows)
    for name, read in ways.items():
        try: lengths[name] = check_wave(read(path), name)
        except ClipError as e:
            check_refusal(e, path)
            if path.name not in str(e): raise Fault(f'it names no file: {e}') from e
    header, (facts, _), whole = read_header(path), inspect_clip(path), lengths.get('whole', 0)
    seconds, error = facts['seconds'], facts['error']
    if len(os.listdir('/proc/self/fd')) != opened: raise Fault('a file is left open')
    if bool(error) == bool(whole): raise Fault(f'check and reading differ: {error!r}, {whole} samples')
    if whole and abs(whole - seconds*22050) > 2: raise Fault(f'not as long as checked: {whole} samples, {seconds} s')
    if whole and seconds*facts['sample_rate'] > 5000*path.stat().st_size: raise Fault(f'too long: {seconds} s')
    if whole and not header['sample_rate']: raise Fault('the header cannot be read, and the file can')
    return bool(whole)

def work():
    "Look at the files whose paths come, one per line; answer with a line of JSON each."
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    import av, librosa.filters # noqa: F401 (what they take is no file's)
    limit = int(Path('/proc/self/statm').read_text().split()[0])*resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_PROF, CPU) # its signal ends a process, whatever it is doing
        try: answer = dict(taken=look(Path(json.loads(line))))
        except Exception as e: answer = dict(what=f'{origin(e)}: {e}', details=traceback.format_exc(), key=origin(e))
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(answer), file=answers, flush=True)

class Worker:
    "A process in which `work` runs."
    process, count = None, 0

    def ask(self, path):
        "What it says of a file; a find if it says nothing any more."
        if not self.process or self.count % 1000 == 0:
            self.end()
            command, pipe = [sys.executable, '-m', 'attack.sounds'], subprocess.PIPE
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True,
                                            cwd=Path(__file__).parents[1])
        self.count += 1
        print(json.dumps(str(path)), file=self.process.stdin, flush=True)
        waited = select.select([self.process.stdout], [], [], WALL)[0]
        if waited and (line := self.process.stdout.readline()): return json.loads(line)
        code = self.process.wait() if waited else None
        self.end()
        what = 'hangs' if code in (-signal.SIGPROF, None) else f'ends the process ({code})'
        return dict(what=what, details='', key=what)

    def end(self):
        "Stop the process, if there is one."
        if self.process: self.process.kill(); self.process.communicate()
        self.process = None

def attack(campaign, deadline):
    "Damage files until the time is up."
    part, keys, worker = 'sounds', set(), Worker()
    with campaign.row(part) as row:
        sounds, folder = make_sounds(empty(campaign.work/'sounds')), empty(campaign.work/'damaged')
        for number, rng in campaign.cases(part, deadline):
            one, other = rng.choice(sounds), rng.choice(sounds)
            path = folder/f'{number}-{one.stem}{rng.choice([one, one, one, other]).suffix}'
            path.write_bytes(damage_bytes(one.read_bytes(), rng, other.read_bytes()))
            row.cases, answer = row.cases + 1, worker.ask(path)
            if 'taken' in answer: row.taken += answer['taken']; row.refused += not answer['taken']
            elif answer['key'] not in keys: # the first case of each kind is enough
                keys.add(answer['key'])
                campaign.report(row, number, f'{path.name} {answer["what"]}', answer['details'], path)
            path.unlink()
    worker.end()

if __name__ == '__main__': work()
