import assert from 'node:assert/strict';
import { createReadStream, statSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { chromiumPath } from '../../../testing/chromium.ts';
import { runTool } from '../../../testing/media-tools.ts';
import { writeRun } from '../../../testing/segment-files.ts';
import { makeStream } from '../../../testing/streams.ts';
import { exportFiles } from './export-files.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const formats = ['mp4', 'mkv', 'ts'] as const;
const frames = 110;
let folder = '';
const files: Record<string, string> = {};

/** Over a gap, with B-frames; first and last pictures encoded anew. */
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-export-players-'));
  await chmod(folder, 0o755);
  const stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo', bFrames: 3 });
  const runs = [
    await writeRun(folder, { stream, startMs: noon }),
    await writeRun(folder, { stream, startMs: noon + 10_000 }),
  ];
  const ranges = runs.flatMap((run) => run.ranges);
  for (const format of formats) {
    const target = path.join(folder, `export.${format}`);
    const request = {
      ...{ ranges, fromMs: noon + 1_300, toMs: noon + 11_700, format, cut: 'exact' as const },
      times: 'subtitle' as const,
      ...{ timelapse: null, sound: true, timeZone: 'UTC', cameraName: 'Yard', title: 'Yard', pieces: false, target },
    };
    await exportFiles(request, { onProgress: () => {} });
    files[format] = target;
  }
});
after(() => rm(folder, { recursive: true }));

test('GStreamer shows each picture', async () => {
  // decodebin, of which only the pictures are taken, now and then waits without end for room for the subtitles.
  const demuxers = { mp4: 'qtdemux', mkv: 'matroskademux', ts: 'tsdemux' };
  for (const format of formats) {
    const pipeline = `filesrc location=${files[format]} ! ${demuxers[format]} name=d d. ! video/x-h264 ! h264parse ! avdec_h264 ! identity silent=false ! fakesink sync=false`;
    const said = (await runTool('gst-launch-1.0', ['-v', ...pipeline.split(' ')])).toString();
    assert.equal(said.split('\n').filter((line) => line.includes('chain')).length, frames, format);
  }
});

test('Chromium shows each picture of an MP4', async (t) => {
  const server = http.createServer((request, response) => {
    if (request.url !== '/export.mp4') return response.end('<!doctype html><video muted></video>');
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': statSync(files.mp4 ?? '').size });
    return createReadStream(files.mp4 ?? '').pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  interface Video {
    src: string;
    playbackRate: number;
    duration: number;
    error: { message: string } | null;
    onended(): void;
    onerror(): void;
    play(): Promise<void>;
    getVideoPlaybackQuality(): { totalVideoFrames: number };
  }
  const played = await page.evaluate(async () => {
    const { document } = globalThis as unknown as { document: { querySelector(name: string): Video } };
    const video = document.querySelector('video');
    await new Promise<void>((resolve) => {
      video.onended = () => resolve();
      video.onerror = () => resolve();
      video.src = '/export.mp4';
      video.playbackRate = 2;
      void video.play();
    });
    const { totalVideoFrames } = video.getVideoPlaybackQuality();
    return { error: video.error?.message ?? null, durationS: video.duration, totalVideoFrames };
  });
  assert.deepEqual([played.error, played.totalVideoFrames], [null, frames]);
  assert.ok(Math.abs(played.durationS - 4.4) < 0.05, String(played.durationS));
});

test('VLC shows each picture', async (t) => {
  const found = await runTool('sh', ['-c', 'command -v cvlc']).catch(() => null);
  if (!found) return t.skip('cvlc is not installed');
  const input = path.join(folder, 'vlc.mp4');
  await copyFile(files.mp4 ?? '', input);
  await chmod(input, 0o644);
  await chmod(folder, 0o777);
  const keepAll = '--vout=vdummy --no-drop-late-frames --no-skip-frames';
  const scenes = `--video-filter=scene --scene-format=jpg --scene-ratio=1 --scene-path=${folder} --scene-prefix=shown`;
  const command = `cvlc -q --no-audio --no-spu ${keepAll} ${scenes} ${input} vlc://quit`;
  // VLC refuses to run as root.
  const asUser = ['su', '-s', '/bin/sh', 'nobody', '-c', `HOME=${folder} ${command}`];
  const isRoot = process.getuid?.() === 0;
  await runTool('timeout', ['50', ...(isRoot ? asUser : ['sh', '-c', command])]);
  const shown = (await readdir(folder)).filter((name) => name.startsWith('shown')).length;
  // Told to quit at the end, it may do so before the last one is on the screen.
  assert.ok(shown === frames || shown === frames - 1, `${shown} of ${frames}`);
});
