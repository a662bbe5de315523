"""Checks a stream's chain of evidence by docs/reference/evidence.md alone: check-evidence.py DATA STREAM PUBLIC-KEY."""
import base64, glob, hashlib, json, os, subprocess, sys, tempfile

data, stream, key = sys.argv[1:4]
sha = lambda b: hashlib.sha256(b).digest()
der = subprocess.run(['openssl', 'pkey', '-pubin', '-in', key, '-outform', 'DER'], capture_output=True, check=True).stdout
fingerprint = sha(der).hex()


def is_signed(signed, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (('m', signed), ('s', signature)):
            with open(f'{folder}/{name}', 'wb') as f:
                f.write(content)
        args = ['openssl', 'pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', f'{folder}/m', '-sigfile', f'{folder}/s']
        return subprocess.run(args, capture_output=True).returncode == 0


records = []
for path in glob.glob(f'{data}/recordings/{stream}/*/evidence.jsonl'):
    for line in open(path, 'rb').read().split(b'\n')[:-1]:
        at = line.rindex(b',"signature":"')
        signed, record = line[:at] + b'}', json.loads(line)
        assert record['key'] == fingerprint and record['stream'] == stream
        assert is_signed(signed, base64.b64decode(record['signature'])), f'record {record["number"]} is forged'
        records.append((record['number'], sha(signed).hex(), record))
records.sort(key=lambda r: r[0])
assert records, 'no records'
gone = {n for first, last in records[-1][2]['gone'] for n in range(first, last + 1)}
before = (0, '0' * 64)
for number, own, record in records:
    assert all(n in gone for n in range(before[0] + 1, number)), f'records before {number} are missing'
    if number == before[0] + 1:
        assert record['previous'] == before[1], f'record {number} does not follow'
    before = (number, own)

removed = {file: number for number, _, r in records if r['kind'] == 'removed' for file in r['files']}
files = 0
for number, _, record in records:
    if record['kind'] != 'segment':
        continue
    path = f'{data}/{record["file"]}'
    if not os.path.exists(path):
        assert removed.get(record['file'], 0) > number, f'{record["file"]} is missing'
        continue
    content, hashes, at = open(path, 'rb').read(), base64.b64decode(record['hashes']), record['headBytes']
    assert len(content) == record['sizeBytes'] and sha(content[:at]) == base64.b64decode(record['head'])
    for index, (header, video, audio, _, _) in enumerate(record['chunks']):
        parts = [content[at:at + header], content[at + header:at + header + video], content[at + header + video:at + header + video + audio]]
        assert sha(b''.join(map(sha, parts))) == hashes[32 * index:32 * index + 32], f'{record["file"]}: chunk {index} was altered'
        at += header + video + audio
    assert at == len(content)
    files += 1
print(f'{files} files are as they were recorded')
