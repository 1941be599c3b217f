"""Readers of all formats: what we write is read as it was, and what is damaged is read or refused in a sentence.
Examples come from hypothesis, which makes those that fail small."""
import contextlib, csv, io, json, os, shutil, time, traceback, zipfile
from functools import cache
import hypothesis, numpy as np, pandas as pd, pyarrow as pa, pyarrow.parquet as pq, soundfile as sf
from hypothesis import HealthCheck, Phase, given, strategies as st
from dmgc.clips.datasets import Dataset, genre_name, load_dataset, read_artists
from dmgc.clips.decoding import decode, open_audio
from dmgc.clips.parquet import read_clips
from dmgc.clips.splits import PROTOCOLS
from dmgc.clips.zips import unpack_zip
from dmgc.core import PRESETS, cache_folder, sha256, write_facts
from dmgc.features.packs import write_pack
from dmgc.features.registry import Feature
from dmgc.features.store import load_features, save_array, store_path
from dmgc.music.classifier import GenreClassifier
from dmgc.music.taglog import TagLog, undo_log
from dmgc.music.trained import TrainedModel
from dmgc.results.results import Result, load_result, save_result
from dmgc.results.settings import RunSettings
from dmgc.settings import load_toml, save_toml
from dmgc.testing import encode_sound, toy_collection, toy_sound
from .campaign import Fault, check_refusal, origin
from .damage import damage_folder, empty

ODD_NAMES = ['NA', 'null', '01', '1e5', '$\\frac{$', '=1+1', 'a,b', 'a"b', ' x ', 'a\r', 'a\nb', '音'*80, 'x'*250]
NAMES = st.text(min_size=1, max_size=8) | st.sampled_from(ODD_NAMES)
GENRES = NAMES.map(genre_name)
WORDS = st.text('abcXYZ019_-', min_size=1, max_size=6)
PATHS = st.lists(st.text('aB1é音 -', min_size=1, max_size=6), min_size=1, max_size=3).map('/'.join)
SOUNDFILE = dict(wav='PCM_16', flac='PCM_16', aiff='PCM_24', ogg='VORBIS', mp3='MPEG_LAYER_III')
FFMPEG = dict(m4a='alac', mka='flac', wv='wavpack') # without loss: a lossy decoder is not exact after a seek
SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3, unique=True)

ABOUT = ['genre', 'artist', 'title']

def several(values, least=1):
    "A strategy: a list of different values."
    return st.lists(values, min_size=least, max_size=4, unique=True)

def rows_of(table):
    "A table as lists, with the index in front, and None for what is missing."
    return table.astype(object).where(table.notna(), None).reset_index().to_numpy().tolist()

# Each reader writes an example into an empty folder; it returns what shall be read, and a function that reads.
def clips(folder, draw):
    "Audio: any part of a file is that part of the whole."
    suffix, rate = draw(st.sampled_from([*SOUNDFILE, *FFMPEG])), draw(st.sampled_from([8000, 44100]))
    n, path = draw(st.integers(1, 60_000)), folder/f'clip.{suffix}'
    wave = np.random.default_rng(n).uniform(-.9, .9, (n, draw(st.integers(1, 2)))).astype('float32')
    if suffix in FFMPEG: encode_sound(path, wave if wave.shape[1] == 2 else wave[:, 0], rate, FFMPEG[suffix])
    else: sf.write(path, wave, rate, SOUNDFILE[suffix])
    first, length = draw(st.integers(0, n)), draw(st.integers(0, n))
    def read():
        whole, found_rate = decode(path)
        with open_audio(path) as file: part = file.read(first, length)
        wanted = whole[first:first + length]
        if part.shape != wanted.shape or not np.allclose(part, wanted, atol=1e-3): raise Fault(f'wrong part: {suffix}')
        return (n if suffix == 'mp3' else len(whole)), found_rate
    return (n, rate), read

def packs(folder, draw):
    "Feature packs."
    rows = [[c, draw(GENRES), draw(st.none() | NAMES), draw(st.none() | NAMES)] for c in draw(several(NAMES))]
    table, X = pd.DataFrame(rows, columns=['clip', *ABOUT]), np.arange(len(rows)*6.).reshape(-1, 2, 3)
    write_pack(Dataset('toy', folder, table.set_index('clip'), 3.), {'mel': X}, folder/'pack')
    def read():
        data = load_dataset(folder/'pack')
        data.check(), data.describe()
        found = [load_features(data, name) for name in data.pack.features]
        return sorted(zip(rows_of(data.clips[ABOUT]), found[0].tolist(), strict=True))
    return sorted(zip(rows, X.tolist(), strict=True)), read

def results(folder, draw):
    "result.json, probabilities.csv and weights."
    genres = draw(several(GENRES, 2))
    rows = [[c, draw(st.sampled_from(genres)), 'test', draw(st.none() | NAMES), *(k/8 for k in range(len(genres)))]
            for c in draw(several(NAMES))]
    settings = dict(feature=draw(WORDS), model='gru', seed=1, protocol='stratified', clips=len(rows), note=draw(NAMES))
    table = pd.DataFrame(rows, columns=['clip', 'genre', 'split', 'artist', *genres]).set_index('clip')
    save_result(Result(settings, table, weights={'w': np.zeros(3, 'float32')}), folder)
    def read():
        result = load_result(next(folder.iterdir()))
        result.score('test')
        return result.settings, [*result.probabilities], rows_of(result.probabilities)
    return (settings, [*table], rows), read

def sign_result(folder):
    "Make the checksums of a result right again."
    path = next(folder.glob('*/result.json'))
    facts = {k: v for k, v in json.loads(path.read_text()).items() if k not in ('check', 'files')}
    path.unlink()
    write_facts(path, facts)

@cache
def saved_models():
    "A model of each kind."
    folder = empty(cache_folder('attack')/'models')
    clips = toy_collection(folder/'clips', per_genre=3)
    for name in ('forest', 'logistic', 'mlp'): GenreClassifier('mel', name, 1., epochs=1).fit(clips).save(folder/name)
    return folder

def models(folder, draw):
    "Saved classifiers, as a stranger may have sent them."
    shutil.copytree(saved_models()/draw(st.sampled_from(['forest', 'logistic', 'mlp'])), folder/'model')
    def read():
        model = TrainedModel.load(folder/'model')
        p, z = model.predict_windows([toy_sound('hum', 1.)])
        model.neighbors(z[0])
        if not (abs(p.sum() - 1) < 1e-3 and p.min() >= 0): raise Fault(f'odd probabilities: {p.tolist()}') # also NaN
    return None, read

def sign_model(folder):
    "Make the checksums of a model right again."
    path = folder/'model'/'model.json'
    facts, files = json.loads(path.read_text()), path.parent.glob('*.safetensors')
    facts['files'] = {o.name: dict(bytes=o.stat().st_size, sha256=sha256(o)) for o in files}
    path.write_text(json.dumps(facts))

def artists(folder, draw):
    "artists.csv."
    rows = [[c, draw(st.none() | NAMES), draw(st.none() | NAMES)] for c in draw(several(NAMES))]
    with open(folder/'artists.csv', 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([['name', 'artist', 'title'], *rows])
    return rows, lambda: rows_of(read_artists(folder/'artists.csv', pd.Index([o[0] for o in rows])))

def settings(folder, draw):
    "run.toml."
    known = dict(dataset=NAMES, protocol=several(st.sampled_from([*PROTOCOLS])), features=several(NAMES), seeds=SEEDS,
                 fold_seeds=SEEDS, preset=st.sampled_from([*PRESETS]), jobs=st.integers(1, 99))
    save_toml(values := draw(st.fixed_dictionaries({}, optional=known)), folder/'run.toml')
    return values, lambda: load_toml(RunSettings, folder/'run.toml')

def zips(folder, draw):
    "Zip files of data sets."
    files = {f'{i}/{path}': draw(st.binary(max_size=40)) for i, path in enumerate(draw(several(PATHS)))}
    with zipfile.ZipFile(folder/'data.zip', 'w', draw(st.sampled_from([0, 8, 12, 14]))) as z:
        for name, data in files.items(): z.writestr(name, data)
    def read():
        place = unpack_zip(folder/'data.zip')
        found = {str(o.relative_to(place)): o.read_bytes() for o in place.rglob('*') if o.is_file()}
        shutil.rmtree(place)
        return found
    return files, read

def parquet(folder, draw):
    "Data sets of the Hugging Face hub."
    genres = draw(several(WORDS))
    rows = [(f'{g}.{i:05}', g, draw(st.binary(min_size=1, max_size=9))) for i, g in enumerate(genres)]
    audio = [dict(bytes=data, path=f'x/{name}.wav') for name, _, data in rows]
    table = pa.table(dict(audio=audio, genre=[*range(len(genres))] if draw(st.booleans()) else genres))
    about = json.dumps({'info': {'features': {'genre': {'names': genres}}}})
    pq.write_table(table.replace_schema_metadata({'huggingface': about}), folder/'data.parquet')
    return rows, lambda: [*read_clips(folder/'data.parquet')]

def taglogs(folder, draw):
    "Logs of `dmgc tag`: a damaged one never damages a song."
    songs, sounds = [folder/f'song.{suffix}' for suffix in ('mp3', 'flac', 'ogg')], []
    for song in songs: sf.write(song, toy_sound('hum', .2), 22050); sounds.append(sf.read(song)[0])
    before = [o.read_bytes() for o in songs]
    with TagLog(folder/'log.jsonl') as log:
        for song in songs * draw(st.integers(1, 2)): log.change(song, draw(several(WORDS)))
    def read():
        try:
            TagLog(folder/'log.jsonl').file.close()
            [*undo_log(folder/'log.jsonl')]
        finally:
            if any(not np.array_equal(sf.read(o)[0], x) for o, x in zip(songs, sounds, strict=True)):
                raise Fault('a song is damaged')
            if hidden := [o.name for o in folder.glob('.*')]: raise Fault(f'files are left: {hidden}')
        return [o.read_bytes() for o in songs]
    return before, read

def stores(folder, draw):
    "Features of clips on disk."
    feature, paths = Feature(), [folder/f'{i}.wav' for i in range(2)]
    feature.name = 'toy'
    for o in paths: o.write_bytes(b'x')
    data = Dataset('toy', folder, pd.DataFrame(dict(path=paths), [f'{i}.{draw(WORDS)}' for i in range(2)]), 3.)
    os.environ['DMGC_CACHE'] = str(folder)
    X = [[[draw(st.floats(-65504, 65504, width=16)) for _ in range(3)]] for _ in paths]
    places = [store_path(feature, name, path, 3.) for name, path in data.clips.path.items()]
    for place, x in zip(places, X, strict=True): save_array(place, x)
    return X, lambda: load_features(data, feature).tolist()

READERS = { # the reader, which files are damaged, what makes their checksums right again
    'clips': (clips, '', None), 'packs': (packs, '**/*', None), 'results': (results, '**/*', sign_result),
    'models': (models, '**/*', sign_model), 'artists': (artists, '**/*', None), 'settings': (settings, '**/*', None),
    'zips': (zips, '**/*', None), 'parquet': (parquet, '**/*', None), 'taglogs': (taglogs, '*.jsonl', None),
    'stores': (stores, 'features/**/*.npy', None)}

def play(reader, which, sign, folder, row, rng, seen):
    "A round of 30 examples; an error that is not among those `seen`, its example then being in `folder`, or None."
    kept = os.environ['DMGC_CACHE']

    @hypothesis.seed(rng.getrandbits(64))
    @hypothesis.settings(max_examples=30, deadline=None, database=None, report_multiple_bugs=False,
                         phases=[Phase.generate, Phase.shrink], suppress_health_check=[*HealthCheck])
    @given(st.data())
    def example(data):
        row.cases += 1
        try:
            expected, read = reader(empty(folder), data.draw)
            if not which or data.draw(st.booleans()):
                if (found := read()) != expected: raise Fault(f'not as written: {expected!r:.300} is {found!r:.300}')
            else:
                damage_folder(folder, data.draw(st.randoms()), which, sign)
                try: read()
                except (ValueError, OSError) as e: check_refusal(e, folder); row.refused += 1; return
            row.taken += 1
        except hypothesis.errors.HypothesisException: raise
        except Exception as e:
            if origin(e) not in seen: raise
        finally: os.environ['DMGC_CACHE'] = kept

    quiet = io.StringIO()
    try:
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet): example()
    except Exception as e: return e

def attack(campaign, deadline):
    "Play the readers, one after the other, each with an equal part of the time that is left."
    hypothesis.configuration.set_hypothesis_home_dir(campaign.work/'hypothesis')
    wanted = {f'readers/{k}': o for k, o in READERS.items() if campaign.wants(f'readers/{k}')}
    for i, (part, (reader, which, sign)) in enumerate(wanted.items()):
        folder, seen, end = campaign.work/'example', set(), time.monotonic()
        end += (deadline - end)/(len(wanted) - i)
        with campaign.row(part) as row:
            for number, rng in campaign.cases(part, end):
                error = play(reader, which, sign, folder, row, rng, seen)
                if not error: continue
                seen.add(origin(error))
                details = ''.join(traceback.format_exception(error))
                campaign.report(row, number, f'{origin(error)}: {error}', details, folder)
