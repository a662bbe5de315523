import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { record, startRecorder, type TestRecorder, tell, temporaryFolder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { waitFor } from '../../testing/wait.ts';
import { DayPlaylists } from './day-playlists.ts';

const run = promisify(execFile);
const timeZone = 'Europe/Vienna';
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo' });
});

const at = (text: string) => Date.parse(text);

function playlistsOf(t: TestContext, recorder: TestRecorder, settleMs = 0): DayPlaylists {
  const { index, volumes, clock, logger } = recorder;
  const playlists = new DayPlaylists({ index, volumes, clock, timeZone, log: logger, everyMs: 10, settleMs });
  t.after(() => playlists.close());
  return playlists;
}

const playlistOf = (dataDir: string, date: string) => path.join(dataDir, 'recordings', 'yard', date, 'index.m3u8');
const textOf = (file: string) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null);
const namedIn = (playlist: string) => [...new Set(playlist.split('\n').filter((line) => line.endsWith('.mp4')))];

/** A minute and a half before and half a minute after midnight. */
async function recordOverMidnight(recorder: TestRecorder, midnight: number): Promise<void> {
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - 90_000, repeat: 30 });
  await recorder.index.flush();
}

test('the folder of a day plays by itself in ffmpeg and GStreamer once the day is over', async (t) => {
  const midnight = at('2026-11-22T23:00:00Z');
  const recorder = await startRecorder(t, { now: midnight - 90_000, cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - 90_000, repeat: 10 });
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - 40_000, repeat: 15 });
  const playlists = playlistsOf(t, recorder);
  assert.deepEqual(await playlists.writeMissing(), [], 'the day is not over');

  recorder.clock.now = midnight;
  const file = playlistOf(recorder.dataDir, '2026-11-22');
  assert.deepEqual(await playlists.writeMissing(), [file]);
  assert.deepEqual(await playlists.writeMissing(), [], 'once');
  const frames = 80 * 25;
  const args = ['-v', 'error', '-count_packets', '-select_streams', 'v', '-show_entries', 'stream=nb_read_packets'];
  const { stdout } = await run('ffprobe', [...args, '-of', 'csv=p=0', file]);
  assert.equal(Number(stdout.trim().split('\n')[0]), frames);

  const video = 'qtdemux name=d d.video_0 ! queue ! fakesink name=pictures silent=false';
  const launch = ['-v', 'filesrc', `location=${file}`, '!', 'hlsdemux', '!', ...video.split(' ')];
  const played = await run('gst-launch-1.0', launch, { maxBuffer: 1 << 26 });
  assert.equal(played.stdout.match(/pictures: last-message = chain/g)?.length, frames);

  await recorder.index.deleteFootage('yard');
  assert.equal(fs.existsSync(path.join(recorder.dataDir, 'recordings', 'yard')), false, 'it goes with the footage');
});

test('it is written right after midnight, on days of any length, when the last segment is closed', async (t) => {
  const midnight = at('2026-10-25T23:00:00Z');
  const recorder = await startRecorder(t, { now: midnight - 90_000, cameras: ['yard'] });
  const wish = { cameraId: 'yard', stream, startMs: midnight - 20_000, repeat: 4, leaveOpen: true };
  const { messages } = await record(recorder, wish);
  playlistsOf(t, recorder).start();
  const file = playlistOf(recorder.dataDir, '2026-10-25');
  recorder.clock.now = midnight - 1;
  await looked();
  assert.equal(textOf(file), null, 'the 25th hour is not over');
  recorder.clock.now = midnight;
  await looked();
  assert.equal(textOf(file), null, 'more may come of the day');

  const opened = messages.find(({ type }) => type === 'segment-opened');
  assert.ok(opened?.type === 'segment-opened');
  const { cameraId, runId, sequence } = opened.segment;
  tell(recorder.index, { type: 'segment-closed', cameraId, runId, sequence, endMs: midnight - 4_000, sizeBytes: 1 });
  await waitFor('the playlist is written', () => textOf(file));
});

/** Time for several looks at the clock: what must not happen has had its chance. */
const looked = () => new Promise((resolve) => setTimeout(resolve, 100));

test('days that ended without a recorder are made up for, and the newest are looked at anew', async (t) => {
  const midnight = at('2026-11-22T23:00:00Z');
  const recorder = await startRecorder(t, { now: midnight - 90_000, cameras: ['yard'] });
  await recordOverMidnight(recorder, midnight);
  recorder.clock.now = midnight + 3 * 86_400_000;
  const [first, second] = ['2026-11-22', '2026-11-23'].map((date) => playlistOf(recorder.dataDir, date)) as [
    string,
    string,
  ];
  fs.writeFileSync(first, 'as if it did not know what recovery has found');
  playlistsOf(t, recorder).start();
  await waitFor(
    'both are written',
    () => textOf(first)?.startsWith('#EXTM3U') && textOf(second)?.startsWith('#EXTM3U'),
  );
});

test('no playlist names a file that is gone', async (t) => {
  const midnight = at('2026-11-22T23:00:00Z');
  const recorder = await startRecorder(t, { now: midnight - 90_000, cameras: ['yard'] });
  await recordOverMidnight(recorder, midnight);
  recorder.clock.now = midnight + 3_600_000;
  playlistsOf(t, recorder).start();
  const file = playlistOf(recorder.dataDir, '2026-11-22');
  const [gone = '', ...left] = namedIn(await waitFor('it is written', () => textOf(file)));
  assert.equal(left.length, 1);

  const { segments } = await recorder.index.footage('yard', { from: 0, to: midnight } as never);
  await recorder.index.removeSegments([segments[0]?.id ?? 0]);
  const names = await waitFor('it names what is left', () => {
    const names = namedIn(textOf(file) ?? gone);
    return names.includes(gone) ? null : names;
  });
  assert.deepEqual(names, left);

  fs.rmSync(path.join(path.dirname(file), left[0] ?? ''));
  await recorder.index.onFileMissing(segments[1] as never);
  await waitFor('it goes with the last file', () => textOf(file) === null);
});

test('where a day lies on two volumes, each folder plays what is in it', async (t) => {
  const midnight = at('2026-11-22T23:00:00Z');
  const recorder = await startRecorder(t, { now: midnight - 90_000, cameras: ['yard'] });
  const other = await recorder.volumes.create({ path: temporaryFolder(t) });
  const wish = { cameraId: 'yard', stream, repeat: 5 };
  await record(recorder, { ...wish, startMs: midnight - 90_000 });
  await record(recorder, { ...wish, startMs: midnight - 60_000, volumeId: other.id });
  recorder.clock.now = midnight;
  const files = [recorder.dataDir, other.root].map((root) => playlistOf(root, '2026-11-22'));
  assert.deepEqual((await playlistsOf(t, recorder).writeMissing()).sort(), files.sort());
  const named = files.map((file) => namedIn(textOf(file) ?? ''));
  assert.deepEqual(
    named.map((names) => names.length),
    [1, 1],
  );
  for (const [at, names] of named.entries()) {
    assert.ok(fs.existsSync(path.join(path.dirname(files[at] as string), names[0] ?? '')));
  }
});
