import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../shared/logger.ts';
import { VolumeSync } from './sync.ts';

const never = 1_000_000;

function startSync(t: TestContext, everyMs: number, root = tmpdir()) {
  const complaints: string[] = [];
  const volumes = {
    isPresent: (id: string) => id === 'disk',
    rootOf: () => root,
    complain: (_: string, message: string) => void complaints.push(message),
  };
  const sync = new VolumeSync({ volumes, log: createLogger({ level: 'silent' }), everyMs });
  t.after(() => sync.close());
  return { sync, complaints };
}

test('who cannot wait for the next sync has one at once, and another if one is under way already', async (t) => {
  const { sync } = startSync(t, never);
  assert.deepEqual(await Promise.all([sync.settled('disk', true), sync.settled('disk', true)]), [true, true]);
});

test('who can wait gets to know of the next sync', async (t) => {
  const { sync } = startSync(t, 10);
  await sync.settled('disk');
});

test('stopping brings what was written to the disk first', async (t) => {
  const { sync } = startSync(t, never);
  const settled = sync.settled('disk');
  await sync.close();
  await settled;
  await sync.settled('disk');
});

test('a disk that is not there is not synced, and nobody waits for it', async (t) => {
  const { sync, complaints } = startSync(t, never, '/nowhere');
  assert.equal(await sync.settled('unknown', true), false);
  assert.deepEqual(complaints, []);
  assert.equal(await sync.settled('disk', true), false);
  assert.match(String(complaints), /cannot be brought to the disk/);
});
