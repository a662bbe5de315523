import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startTestApp } from '../../../testing/app.ts';
import { parseMediaPlaylist } from '../../../testing/hls-playlist.ts';
import { livePicture, liveRun, liveSound } from '../../../testing/live-frames.ts';
import { waitFor } from '../../../testing/wait.ts';
import type { LiveFrame } from '../../media/live-frame.ts';
import { systemClock as clock } from '../../shared/clock.ts';
import { NvrError } from '../../shared/errors.ts';
import { LiveEncoders } from '../encoded.ts';
import { LiveHub } from '../hub.ts';
import { LiveViewers } from '../viewers.ts';
import { hlsRoutes } from './routes.ts';

/** A camera `yard` of 25 fps, with a substream, whose frames come when the test says so. */
async function startYard(t: TestContext, { subHasSound = true } = {}) {
  const viewers = new LiveViewers();
  const watched = new Map<string, boolean>();
  const fed = new Map<string, number>();
  let live: LiveHub | undefined;
  const { app } = await startTestApp(t, {
    routes: async ({ log }) => {
      const encoders = new LiveEncoders({ clock, log, max: 0, encoder: async () => null });
      const hub = new LiveHub({
        clock,
        encoders,
        firstPictureMs: 300,
        watch: (id, isWatched) => void watched.set(id, isWatched),
        requireStream: (id) => {
          if (id !== 'yard') throw new NvrError('camera_not_found', 'There is no such camera.');
        },
      });
      live = hub;
      return [
        (routes) => {
          routes.addHook('onClose', async () => {
            hub.close();
            encoders.close();
          });
          hlsRoutes(routes, { live: hub, viewers, clock, firstSegmentMs: 300 });
        },
      ];
    },
  });
  assert.ok(live);
  const hub = live;
  const get = (path: string, headers = {}) => app.inject({ url: `/api/v1/cameras/yard/live/${path}`, headers });
  const playlist = async (query = '', name = 'main') =>
    parseMediaPlaylist((await get(`${name}/stream.m3u8${query}`)).body);
  /** The stream's worker begins a run. */
  const run = (id: string, runId: string, startMs = Date.now() - 5_000) => {
    const { audio, codecStrings, ...rest } = liveRun(runId, startMs);
    const silent = id === 'yard.sub' && !subHasSound;
    hub.onMessage({
      type: 'live-run',
      run: { ...rest, cameraId: id, audio: silent ? null : audio, codecStrings: codecStrings.slice(0, silent ? 1 : 2) },
    });
    fed.set(id, 0);
    feed(id, runId, 0);
    hub.onMessage({ type: 'live-replayed', cameraId: id });
  };
  const feed = (id: string, runId: string, pictures: number) => {
    const from = fed.get(id) ?? 0;
    fed.set(id, from + pictures);
    for (let n = from; n < from + pictures; n += 1) {
      const frames: LiveFrame[] = [livePicture(n), liveSound(2 * n)];
      hub.onMessage({ type: 'frames', cameraId: id, runId, message: n + 1, frames });
    }
  };
  return { app, hub, viewers, watched, get, playlist, run, feed };
}

/** Also serves a stream that is asked for, as its worker would. */
async function startServedYard(t: TestContext, options: { subHasSound?: boolean; ids?: string[] } = {}) {
  const yard = await startYard(t, options);
  const serve = (id: string) => {
    yard.run(id, `run of ${id}`);
    yard.feed(id, `run of ${id}`, 138);
  };
  for (const id of options.ids ?? ['yard', 'yard.sub']) {
    yard.hub.stream('yard', id === 'yard' ? 'main' : 'sub');
    serve(id);
  }
  const more = (pictures: number, id = 'yard') => yard.feed(id, `run of ${id}`, pictures);
  return { ...yard, more };
}

const variantsIn = (text: string) =>
  [...text.matchAll(/#EXT-X-STREAM-INF:(.*)\n(\w+)\/stream.m3u8\?viewer=[\w-]{8}/g)].map(([, attributes, name]) => [
    name,
    attributes,
  ]);

test('the multivariant playlist has both streams, or the one that is asked for', async (t) => {
  const { get } = await startServedYard(t);
  const { body, headers } = await get('index.m3u8');
  const attributes =
    /^BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000$/;
  const variants = variantsIn(body);
  assert.deepEqual(
    variants.map(([name]) => name),
    ['main', 'sub'],
  );
  for (const [, each] of variants) assert.match(each ?? '', attributes);
  assert.equal(headers['cache-control'], 'no-cache');
  assert.deepEqual(
    variantsIn((await get('index.m3u8?stream=sub')).body).map(([name]) => name),
    ['sub'],
  );
  const h264 = (await get('index.m3u8?codec=h264')).body;
  assert.match(h264, /\nmain\/stream.m3u8\?viewer=[\w-]+&codec=h264\n/);
});

test('streams between which players cannot change are not offered together', async (t) => {
  const { get } = await startServedYard(t, { subHasSound: false });
  assert.deepEqual(
    variantsIn((await get('index.m3u8')).body).map(([name]) => name),
    ['main'],
  );
});

test('a substream that does not come is left out; a main stream that does not, too', async (t) => {
  const main = await startServedYard(t, { ids: ['yard'] });
  assert.deepEqual(
    variantsIn((await main.get('index.m3u8')).body).map(([name]) => name),
    ['main'],
  );
  const sub = await startServedYard(t, { ids: ['yard.sub'] });
  assert.deepEqual(
    variantsIn((await sub.get('index.m3u8')).body).map(([name]) => name),
    ['sub'],
  );
  const none = await startYard(t);
  assert.equal((await none.get('index.m3u8')).json().code, 'not_live');
  assert.equal((await none.app.inject('/api/v1/cameras/garage/live/index.m3u8')).json().code, 'camera_not_found');
});

test('a playlist waits for the segment and the part that it is asked for', async (t) => {
  const { get, playlist, more } = await startServedYard(t);
  const now = await playlist();
  const open = now.segments.at(-1);
  assert.ok(open && open.uri === null);
  const answers: string[] = [];
  const ask = async (query: string) => {
    const answer = await get(`main/stream.m3u8?${query}`);
    answers.push(query);
    return { ...parseMediaPlaylist(answer.body), caching: answer.headers['cache-control'] };
  };
  const part = ask(`_HLS_msn=${open.sequence}&_HLS_part=${open.parts.length}`);
  const segment = ask(`_HLS_msn=${open.sequence}`);
  const nextPart = ask(`_HLS_msn=${open.sequence}&_HLS_part=9`);
  const hinted = get(`main/${now.hint}`);
  assert.deepEqual((await ask(`_HLS_msn=${open.sequence - 1}`)).segments, now.segments);
  more(5);
  const { segments, caching } = await part;
  assert.equal(segments.at(-1)?.parts.length, open.parts.length + 1);
  assert.equal(caching, 'private, max-age=1');
  assert.equal((await hinted).rawPayload.length > 500, true);
  assert.equal((await hinted).headers['cache-control'], 'private, max-age=3600, immutable');
  more(20);
  assert.equal((await segment).segments.findLast(({ uri }) => uri !== null)?.sequence, open.sequence);
  // The segment has five parts: the tenth is the first of the next.
  assert.equal((await nextPart).segments.at(-1)?.sequence, open.sequence + 1);
  assert.equal(answers.length, 4);
  assert.match((await get('main/stream.m3u8?_HLS_part=1')).json().message, /_HLS_msn/);
  assert.equal((await get(`main/stream.m3u8?_HLS_msn=${open.sequence + 9}`)).statusCode, 400);
});

test('each rendition tells how far the other is, while that is watched too', async (t) => {
  const { playlist, more } = await startServedYard(t);
  assert.deepEqual((await playlist()).reports, []);
  const sub = await playlist('', 'sub');
  more(5);
  const { reports } = await playlist();
  assert.deepEqual(reports, [
    {
      URI: '../sub/stream.m3u8',
      'LAST-MSN': String(sub.segments.at(-1)?.sequence),
      'LAST-PART': String((sub.segments.at(-1)?.parts.length ?? 0) - 1),
    },
  ]);
});

test('whoever watches main only does not keep the substream coming', async (t) => {
  const { hub, playlist, get } = await startServedYard(t);
  await get('index.m3u8');
  const sub = hub.stream('yard', 'sub');
  const unusedMs = sub.unusedMs;
  await playlist();
  await waitFor('a moment', () => sub.unusedMs > unusedMs + 10, { everyMs: 5 });
});

test('a stream that was dropped and is watched again goes on with greater numbers', async (t) => {
  const { hub, playlist, run, feed } = await startServedYard(t);
  const before = await playlist();
  const waiting = playlist(`?_HLS_msn=${(before.segments.at(-1)?.sequence ?? 0) + 1}`).catch((error) => error.message);
  hub.remove('yard');
  assert.match(await waiting, /not_live/);
  hub.stream('yard');
  run('yard', 'again');
  feed('yard', 'again', 80);
  const after = await playlist();
  assert.ok(after.sequence > (before.segments.at(-1)?.sequence ?? 0));
  assert.ok(after.discontinuitySequence > before.discontinuitySequence);
});

test('what a camera that is away sent last is no live view; once it is back, it is', async (t) => {
  const { hub, get, run, feed } = await startYard(t);
  hub.stream('yard');
  run('yard', 'old', Date.now() - 60_000);
  feed('yard', 'old', 130);
  assert.equal((await get('index.m3u8?stream=main')).json().code, 'not_live');
  assert.equal((await get('main/stream.m3u8')).json().code, 'not_live');
  run('yard', 'new', Date.now() - 2_000);
  feed('yard', 'new', 50);
  assert.equal((await get('main/stream.m3u8')).statusCode, 200);
});

test('playlists are compressed once for all, for those who can read that', async (t) => {
  const { get } = await startServedYard(t);
  const plain = await get('main/stream.m3u8');
  const compressed = await get('main/stream.m3u8', { 'accept-encoding': 'gzip, br' });
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(compressed.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(compressed.rawPayload).toString(), plain.body);
});

test('viewers are counted while they ask; one who waits and leaves is forgotten', async (t) => {
  const { app, viewers, playlist, more } = await startServedYard(t);
  const { sequence, parts } = (await playlist()).segments.at(-1) ?? { sequence: 0, parts: [] };
  const query = `_HLS_msn=${sequence}&_HLS_part=${parts.length}`;
  const many = Array.from({ length: 200 }, (_, n) => playlist(`?viewer=v${n}&${query}`));
  await waitFor('200 viewers', () => viewers.counts.hls >= 200);
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const leaving = connect(Number(url.port), '127.0.0.1');
  leaving.write(`GET /api/v1/cameras/yard/live/main/stream.m3u8?viewer=leaving&${query} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await waitFor('one more', () => viewers.counts.hls >= 202);
  leaving.destroy();
  more(5);
  const answers = await Promise.all(many);
  assert.ok(answers.every(({ segments }) => segments.at(-1)?.parts.length === parts.length + 1));
});
