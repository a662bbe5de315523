import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { record, startRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { DayPlaylists } from './day-playlist.ts';

const run = promisify(execFile);
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo' });
});

test('the folder of a day that is over plays by itself, and can still be deleted', async (t) => {
  const beforeMidnight = Date.parse('2026-11-22T22:58:30Z');
  const recorder = await startRecorder(t, { now: beforeMidnight, cameras: ['yard'] });
  const { index, cameras, clock, dataDir } = recorder;
  await record(recorder, { cameraId: 'yard', stream, startMs: beforeMidnight, repeat: 25 });
  await index.flush();
  const playlists = new DayPlaylists({
    index,
    cameras,
    clock,
    dataDir,
    timeZone: 'Europe/Vienna',
    log: recorder.logger,
  });
  assert.deepEqual(await playlists.writeMissing(), [], 'the day is not over');

  clock.now = Date.parse('2026-11-22T23:10:00Z');
  const file = path.join(dataDir, 'recordings', 'yard', '2026-11-22', 'index.m3u8');
  assert.deepEqual(await playlists.writeMissing(), [file]);
  assert.deepEqual(await playlists.writeMissing(), [], 'once');
  const args = ['-v', 'warning', '-count_packets', '-select_streams', 'v', '-show_entries', 'stream=nb_read_packets'];
  const { stdout, stderr } = await run('ffprobe', [...args, '-of', 'csv=p=0', file]);
  assert.equal(stderr, '');
  assert.equal(Number(stdout.trim().split('\n')[0]), 90 * 25, 'from 23:58:30 to midnight');

  await index.deleteFootage('yard');
  assert.equal(fs.existsSync(path.join(dataDir, 'recordings', 'yard')), false);
});
