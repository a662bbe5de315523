import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import type { SourceInput } from '@nightjar/contract';
import { httpServer } from '../../../testing/sources/http.ts';
import { Vanishing } from '../../../testing/sources/net.ts';
import { firstConnection } from '../pipeline/connection.ts';
import { openSource } from './index.ts';

const account = { user: 'viewer', password: 'p:ss@1' };
const wish = { camera: 'rtsp://127.0.0.1:9/', folder: tmpdir(), ...account };
let server: Vanishing;

before(async () => {
  server = await Vanishing.start(() => httpServer(wish));
});
after(() => server[Symbol.asyncDispose]());

async function codeOf(source: SourceInput): Promise<string> {
  const video = { mode: 'copy', bitrateKbps: 0, fps: null, height: null, keyframeSeconds: 2, overlay: null } as const;
  const opening = openSource({
    settings: { source, video, audio: { mode: 'auto' } },
    connection: firstConnection(null),
    encoder: null,
    mediaDirs: [],
    memory: { lastSegment: null },
    signal: new AbortController().signal,
  });
  return opening.then(
    (open) => {
      open.release();
      return 'open';
    },
    (error: { code: string; message: string }) => {
      assert.ok(!error.message.includes(account.password));
      return error.code;
    },
  );
}

test('what keeps an address of HTTP from being a source is told exactly', async () => {
  const at = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  const right = { username: account.user, password: account.password };
  const told: Array<[SourceInput, string]> = [
    [{ url: 'http://no-such-host.invalid/a' }, 'camera_unreachable'],
    [{ url: 'http://127.0.0.1:1/a' }, 'camera_refused'],
    [{ url: at('/nothing') }, 'camera_stream_not_found'],
    [{ url: at('/page') }, 'camera_protocol_error'],
    [{ url: at('/digest/page') }, 'camera_auth_failed'],
    [{ url: at('/basic/page'), username: 'viewer', password: 'wrong' }, 'camera_auth_failed'],
    // They get as far as to what is there.
    [{ url: at('/digest/page'), ...right }, 'camera_protocol_error'],
    [{ url: at('/basic/page'), ...right }, 'camera_protocol_error'],
    [{ url: `https://127.0.0.1:${server.port}/page` }, 'camera_protocol_error'],
  ];
  for (const [source, code] of told) assert.equal(await codeOf(source), code, source.url);
});

test('what cannot be opened otherwise is told as well', async () => {
  assert.equal(await codeOf({ url: 'file:///etc/passwd' }), 'camera_refused');
  assert.equal(await codeOf({ url: 'v4l2:///dev/no-such-video' }), 'camera_unreachable');
  assert.equal(await codeOf({ url: 'srt://no-such-host.invalid:9000' }), 'camera_unreachable');
});
