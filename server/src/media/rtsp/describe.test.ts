import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { describe as ask } from './describe.ts';

const timeoutMs = 10_000;

/** A server that sends these replies to these requests, in order; gives its URL and what it was asked. */
async function serve(replies: string[], use: (url: string, requests: string[]) => Promise<void>): Promise<void> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      requests.push(data.toString());
      const reply = replies.shift();
      if (reply !== undefined) socket.write(reply);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/stream`, requests);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const ok = (sdp: string) => `RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
const status = (line: string, ...headers: string[]) => [`RTSP/1.0 ${line}`, 'CSeq: 1', ...headers, '', ''].join('\r\n');

test('answers the session description', async () => {
  await serve([ok('v=0')], async (url, requests) => {
    const { sdp, base } = await ask({ url, credentials: null, timeoutMs });
    assert.deepEqual({ sdp, base }, { sdp: 'v=0', base: url });
    assert.match(requests[0] ?? '', /^DESCRIBE rtsp:\/\/127\.0\.0\.1:\d+\/stream RTSP\/1\.0\r\n/);
  });
});

test('signs in when asked to, on the same connection', async () => {
  const challenge = status(
    '401 Unauthorized',
    'WWW-Authenticate: Digest realm="c", nonce="n"',
    'WWW-Authenticate: Basic realm="c"',
  );
  await serve([challenge, ok('v=0')], async (url, requests) => {
    assert.equal((await ask({ url, credentials: { username: 'u', password: 'p' }, timeoutMs })).sdp, 'v=0');
    assert.match(requests[1] ?? '', /Authorization: Digest username="u"/);
  });
});

test('a refused sign-in and a missing one differ in what they advise', async () => {
  const challenge = status('401 Unauthorized', 'WWW-Authenticate: Basic realm="c"');
  await serve([challenge, challenge], async (url) => {
    const wrong = ask({ url, credentials: { username: 'u', password: 'secret' }, timeoutMs });
    await assert.rejects(wrong, (error: Error) => /refuses/.test(error.message) && !error.message.includes('secret'));
  });
  await serve([challenge], async (url) => {
    await assert.rejects(ask({ url, credentials: null, timeoutMs }), {
      code: 'camera_auth_failed',
      message: /asks for/,
    });
  });
});

test('tells the base that the server gives, whole or relative, without credentials', async () => {
  for (const given of ['rtsp://u:p@10.0.0.1/base/', 'rtsp://10.0.0.1/base/', '/base/']) {
    await serve(
      [`RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Base: ${given}\r\nContent-Length: 3\r\n\r\nv=0`],
      async (url) => {
        const { base } = await ask({ url, credentials: null, timeoutMs });
        assert.equal(base, given.startsWith('/') ? new URL('/base/', url).href : 'rtsp://10.0.0.1/base/');
      },
    );
  }
});

test('follows a redirect', async () => {
  await serve([ok('v=1')], async (target) => {
    await serve([status('302 Moved', `Location: ${target}`)], async (url) => {
      const { sdp, base } = await ask({ url, credentials: null, timeoutMs });
      assert.deepEqual({ sdp, base }, { sdp: 'v=1', base: target });
    });
  });
});

test('each failure has its code', async () => {
  const code = (reply: string, expected: string) =>
    serve([reply], (url) => assert.rejects(ask({ url, credentials: null, timeoutMs }), { code: expected }));
  await code(status('404 Not Found'), 'camera_stream_not_found');
  await code(status('503 Service Unavailable'), 'camera_protocol_error');
  await code('HTTP/1.1 400 Bad Request\r\n\r\n', 'camera_protocol_error');
});

test('a server that accepts and stays silent times out', async () => {
  await serve([], (url) => assert.rejects(ask({ url, credentials: null, timeoutMs: 200 }), { code: 'camera_timeout' }));
});

test('a closed port refuses, an unknown name is unreachable', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await assert.rejects(ask({ url: `rtsp://127.0.0.1:${port}/`, credentials: null, timeoutMs }), {
    code: 'camera_refused',
  });
  await assert.rejects(ask({ url: 'rtsp://no-such-host.invalid/', credentials: null, timeoutMs }), {
    code: 'camera_unreachable',
  });
});
