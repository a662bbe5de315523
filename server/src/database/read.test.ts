import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isDamaged, openDatabase, openForReading } from './index.ts';

function temporaryFile(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-read-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'nightjar.sqlite');
}

const camera = (id: string) => ({ id, settings: '{}', created_at: 1, deleted_at: null });

test('what a recorder writes is seen at once, nothing can be written, and no file stays', async (t) => {
  const file = temporaryFile(t);
  const writer = await openDatabase(file);
  const reader = openForReading(file);
  const ids = async () => (await reader.db.selectFrom('cameras').select('id').execute()).map(({ id }) => id);
  assert.deepEqual(await ids(), []);
  await writer.db.insertInto('cameras').values(camera('yard')).execute();
  assert.deepEqual(await ids(), ['yard']);
  await assert.rejects(reader.db.insertInto('cameras').values(camera('door')).execute(), /readonly/);
  await writer.close();
  assert.deepEqual(await ids(), ['yard']);
  await reader.close();
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ['nightjar.sqlite']);
});

test('a database that is not there is not made', (t) => {
  const file = temporaryFile(t);
  assert.throws(() => openForReading(file), { code: 'ENOENT' });
  assert.equal(fs.existsSync(file), false);
});

test('a file that is no database is known as damaged', (t) => {
  const file = temporaryFile(t);
  fs.writeFileSync(file, Buffer.alloc(5_000, 'no database'));
  assert.throws(() => openForReading(file), isDamaged);
});
