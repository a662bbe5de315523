import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { types } from 'hls-parser';
import { NvrError } from '../../shared/errors.ts';
import { PlaylistFollower } from './hls-follower.ts';
import { findMediaPlaylist, parsePlaylist } from './hls-playlist.ts';
import type { HttpClient } from './http-client.ts';
import type { SourceMemory } from './source.ts';

const url = 'http://h/live/index.m3u8';
const list = (first: number, ...lines: string[]) =>
  ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:1', `#EXT-X-MEDIA-SEQUENCE:${first}`, ...lines, ''].join('\n');
const segments = (...names: string[]) => names.flatMap((name) => ['#EXTINF:1,', name]);

/** What is given, `*` where it begins anew, until the playlists are used up. */
async function given(playlists: string[], missing: string[] = [], memory: SourceMemory = { lastSegment: null }) {
  const stop = new AbortController();
  const [first = '', ...later] = playlists;
  const fetch = async (asked: string) => {
    const name = asked.split('/').at(-1) ?? '';
    if (missing.includes(name)) throw new NvrError('camera_stream_not_found', 'gone');
    if (name !== 'index.m3u8') return { bytes: Buffer.from(`${name} `), url: asked };
    const next = later.shift();
    if (next === undefined) stop.abort();
    return { bytes: Buffer.from(next ?? first), url: asked };
  };
  const client = { fetch } as unknown as HttpClient;
  const playlist = parsePlaylist(first) as types.MediaPlaylist;
  const follower = new PlaylistFollower({ client, url, playlist, memory, signal: stop.signal, wait: async () => {} });
  const told: string[] = [];
  for await (const { bytes, beginsAnew } of follower.media()) told.push(`${bytes}`.trim() + (beginsAnew ? '*' : ''));
  return told;
}

test('live, it begins three segments before the end and goes on with what is new', async () => {
  const playlists = [
    list(0, ...segments('0.ts', '1.ts', '2.ts', '3.ts')),
    list(2, ...segments('2.ts', '3.ts', '4.ts')),
    list(4, ...segments('4.ts', '5.ts')),
  ];
  assert.deepEqual(await given(playlists), ['1.ts*', '2.ts', '3.ts', '4.ts', '5.ts']);
});

test('the next connection goes on where the last one was', async () => {
  const memory = { lastSegment: '1.ts' };
  assert.deepEqual(await given([list(0, ...segments('0.ts', '1.ts', '2.ts', '3.ts', '4.ts', '5.ts'))], [], memory), [
    '2.ts*',
    '3.ts',
    '4.ts',
    '5.ts',
  ]);
});

test('a recording that has ended is played whole, and then ends', async () => {
  assert.deepEqual(await given([list(0, ...segments('0.ts', '1.ts', '2.ts', '3.ts', '4.ts'), '#EXT-X-ENDLIST')]), [
    '0.ts*',
    '1.ts',
    '2.ts',
    '3.ts',
    '4.ts',
  ]);
});

test('it begins anew at a discontinuity, with another initialisation, and when the server counts anew', async () => {
  const map = (name: string) => `#EXT-X-MAP:URI="${name}"`;
  const cut = list(
    0,
    map('a.mp4'),
    ...segments('0.m4s'),
    '#EXT-X-DISCONTINUITY',
    map('b.mp4'),
    ...segments('1.m4s', '2.m4s'),
  );
  assert.deepEqual(await given([cut]), ['a.mp4 0.m4s*', 'b.mp4 1.m4s*', '2.m4s']);
  const restarted = [list(7, ...segments('7.ts', '8.ts')), list(0, ...segments('0.ts'))];
  assert.deepEqual(await given(restarted), ['7.ts*', '8.ts', '0.ts*']);
});

test('a segment that is gone is left out', async () => {
  assert.deepEqual(await given([list(0, ...segments('0.ts', '1.ts', '2.ts'))], ['1.ts']), ['0.ts*', '2.ts']);
});

test('of several variants the best that can be kept as it is', async () => {
  const variants = [
    '#EXTM3U',
    '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="av01.0.05M.08"',
    'av1.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=500000,CODECS="avc1.64001f,mp4a.40.2"',
    'best.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=200000,CODECS="avc1.64001f,mp4a.40.2"',
    'small.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"',
    'sound.m3u8',
  ].join('\n');
  const fetch = async (asked: string) => ({ bytes: Buffer.from(list(0, ...segments('0.ts'))), url: asked });
  const found = await findMediaPlaylist({ fetch } as unknown as HttpClient, variants, url);
  assert.equal(found.url, 'http://h/live/best.m3u8');
});
