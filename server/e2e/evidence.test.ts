// Mostly waits.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { waitFor } from '../testing/wait.ts';

const verifier = path.resolve(import.meta.dirname, '../src/verify.ts');

const filesIn = (dataDir: string, ending: string): string[] =>
  fs
    .readdirSync(path.join(dataDir, 'recordings'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(dataDir, 'recordings', name));

function verify(dataDir: string) {
  const { status, stdout } = spawnSync(process.execPath, [verifier, '--data', dataDir, '--json'], { encoding: 'utf8' });
  return { status, report: JSON.parse(stdout) };
}

test('what a killed recorder was writing is signed by the next one; a byte that is altered then is found', async () => {
  using folder = temporaryDataDir();
  const dataDir = folder.path;
  await using killed = await RecorderProcess.start({ dataDir, args: ['--demo', '1'] });
  const hasFootage = () =>
    fs.existsSync(path.join(dataDir, 'recordings')) &&
    filesIn(dataDir, '.mp4').some((file) => fs.statSync(file).size > 30_000);
  await waitFor('footage', hasFootage);
  await killed.kill();
  {
    await using _ = await RecorderProcess.start({ dataDir });
    await waitFor('a record', () => filesIn(dataDir, 'evidence.jsonl').length > 0);
  }
  const { status, report } = verify(dataDir);
  assert.deepEqual([status, report.result], [0, 'intact'], JSON.stringify(report));
  assert.deepEqual(
    report.findings.map(({ kind }: { kind: string }) => kind),
    ['recovered'],
  );
  const [file = ''] = filesIn(dataDir, '.mp4');
  const content = fs.readFileSync(file);
  content.writeUInt8(content.readUInt8(20_000) ^ 1, 20_000);
  fs.writeFileSync(file, content);
  const altered = verify(dataDir);
  assert.deepEqual([altered.status, altered.report.result], [1, 'altered']);
});
