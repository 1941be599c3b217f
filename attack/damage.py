"Damage to bytes, to JSON and to folders of files; all chance comes from a `random.Random`, so it can be repeated."
import json, shutil
from contextlib import suppress

ODD_NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]
ODD_VALUES = [None, True, False, 0, -1, .5, 3, 2**63, 10**400, 1e308, float('nan'), float('inf'), '', 'x', '3', '../x',
              '/', '\0', 'a\nb', '\ud800', 'é'*300, [], {}, [[]], ['x'], [3, -1], {'a': 1}]
WAYS = 'flip flip lie lie lie noise zeros short cut repeat insert join'.split()

def _damage_once(data, rng, other, way):
    "Damaged data, in one way; `other` are the bytes of another file."
    (a, b), (c, d) = (sorted(rng.randrange(len(o) + 1) for _ in range(2)) for o in (data, other))
    match way:
        case 'flip': # one bit, or several
            for _ in range(rng.choice([1, 1, 2, 8, 64])): data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        case 'lie': # an odd number, mostly in the header
            size, order, number = rng.choice([1, 2, 4, 8]), rng.choice(['little', 'big']), rng.choice(ODD_NUMBERS)
            at = rng.randrange(min(len(data), 200) if rng.randrange(4) else len(data))
            data[at:at + size] = (number % 256**size).to_bytes(size, order)
        case 'noise': data[a:a + 24] = bytes(rng.randrange(256) for _ in range(24))
        case 'zeros': data[a:a + 48] = bytes(48)
        case 'short': return data[:a]
        case 'cut': return data[:a] + data[b:]
        case 'repeat': return data[:b] + data[a:]
        case 'insert': return data[:a] + other[c:d] + data[a:]
        case 'join': return data[:a] + other[c:]
        case 'nest': return data[:a] + b'['*rng.choice([5, 100_000]) + data[a:] # more than a parser can count
    return data

def damage_bytes(data, rng, other=b'', ways=WAYS):
    "Damaged data: one to four kinds of damage, one after the other."
    data, other = bytearray(data), bytearray(other or data)
    for _ in range(rng.choice([1, 1, 2, 4])):
        if data: data = _damage_once(data, rng, other, rng.choice(ways))
    return bytes(data)

def odd_json(value, rng):
    "A copy of what JSON can hold in which something is odd, missing, or in the place of something else."
    if not isinstance(value, (dict, list)) or not value or not rng.randrange(8): return rng.choice(ODD_VALUES)
    copy, keys = type(value)(value), [*value] if isinstance(value, dict) else range(len(value))
    key, way = rng.choice(keys), rng.randrange(8)
    if way == 0: del copy[key]
    elif way == 1: copy[key] = copy[rng.choice(keys)]
    else: copy[key] = odd_json(copy[key], rng)
    return copy

def _damage_lines(data, rng):
    "JSON, or a log with one JSON object per line, with odd values; every second time several."
    lines = data.split(b'\n') if data.startswith(b'{"') and b'\n{' in data else [data]
    for _ in range(rng.choice([1, 3])):
        at = rng.randrange(len(lines))
        with suppress(ValueError): lines[at] = json.dumps(odd_json(json.loads(lines[at]), rng)).encode()
    return b'\n'.join(lines)

def damage_folder(folder, rng, which='**/*', sign=None):
    "Damage one file of a folder; every second time `sign(folder)` then makes the checksums right again."
    files = sorted(o for o in folder.glob(which) if o.is_file())
    path, other, way = rng.choice(files), rng.choice(files).read_bytes(), rng.randrange(12)
    if way < 2: path.unlink()
    if way == 1: path.mkdir()
    if way > 8 or way > 1 and path.suffix not in ('.json', '.jsonl'):
        path.write_bytes(damage_bytes(path.read_bytes(), rng, other, [*WAYS, 'nest']))
    elif way > 1: path.write_bytes(_damage_lines(path.read_bytes(), rng))
    if sign and rng.randrange(2):
        with suppress(Exception): sign(folder) # what is too much damaged cannot be signed

def empty(folder):
    "Make a folder, empty."
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
