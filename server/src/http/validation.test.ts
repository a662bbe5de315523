import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceUrlMustBe } from '@nightjar/contract';
import { startTestApp } from '../../testing/app.ts';
import type { App } from '../shared/route.ts';

const source = { url: 'rtsp://10.0.0.1/a' };

/** What the API says to a body: `message`, after checking that it begins with the field. */
async function refusal(app: App, method: 'POST' | 'PATCH', payload: unknown): Promise<string> {
  const url = method === 'POST' ? '/api/v1/cameras' : '/api/v1/cameras/a';
  const headers = { 'content-type': 'application/json' };
  const answer = await app.inject({ method, url, headers, payload: JSON.stringify(payload) });
  assert.equal(answer.statusCode, 400, `${answer.body} to ${JSON.stringify(payload)}`);
  const { code, message, field, requestId } = answer.json();
  assert.equal(code, 'invalid_request');
  assert.ok(requestId);
  assert.ok(message.startsWith(`${field}: `), answer.body);
  return message;
}

const refusedOnBoth: [body: object, message: string][] = [
  [{ source: { url: 'ftp://10.0.0.1/' } }, `source.url: ${sourceUrlMustBe}`],
  [
    { source: { url: 'rtsp://h:99999/' } },
    'source.url: has no valid host and port; write / ? # and : in a password as %2F %3F %23 %3A, or use the password field',
  ],
  [{ source: { url: `rtsp://h/${'x'.repeat(2048)}` } }, 'source.url: must have at most 2048 characters'],
  [{ source: { ...source, transport: 'quic' } }, 'source.transport: must be one of auto, tcp, udp'],
  [{ source: { ...source, username: 5 } }, 'source.username: must be a text or null'],
  [{ source: { ...source, port: 554 } }, 'source.port: is not a known field'],
  [{ source: 'rtsp://10.0.0.1/a' }, 'source: must be an object'],
  [{ name: '' }, 'name: must not be empty'],
  [{ name: '  ' }, 'name: must not be blank'],
  [{ name: 'x'.repeat(101) }, 'name: must have at most 100 characters'],
  [{ name: null }, 'name: must be a text'],
  [{ name: 'a\u0000b' }, 'name: must not contain control characters or broken Unicode'],
  [{ name: 'a\ud800' }, 'name: must not contain control characters or broken Unicode'],
  [
    { video: { overlay: { text: 'a\nb' } } },
    'video.overlay.text: must not contain control characters or broken Unicode',
  ],
  [{ group: '' }, 'group: must not be empty or null'],
  [{ video: { mode: 'transcode' } }, 'video.mode: must be one of copy, encode'],
  [{ video: { fps: 0 } }, 'video.fps: must be at least 1 or null'],
  [{ video: { fps: '25' } }, 'video.fps: must be a whole number or null'],
  [{ video: { bitrateKbps: 50_001 } }, 'video.bitrateKbps: must be at most 50000'],
  [{ video: { keyframeSeconds: true } }, 'video.keyframeSeconds: must be a number'],
  [{ video: { overlay: { fontSize: 18.5 } } }, 'video.overlay.fontSize: must be a whole number'],
  [{ video: { overlay: { shaded: 'yes' } } }, 'video.overlay.shaded: must be true or false'],
  [{ video: { overlay: { colour: 'red' } } }, 'video.overlay.colour: is not a known field'],
  [{ video: { codec: 'h264' } }, 'video.codec: is not a known field'],
  [{ audio: { mode: 'on' } }, 'audio.mode: must be one of auto, off'],
  [{ audio: { gain: 1 } }, 'audio.gain: is not a known field'],
  [{ recording: { mode: 'off', until: 1 } }, 'recording.until: is not a known field'],
  [{ owner: 'me' }, 'owner: is not a known field'],
  [{ hasOwnProperty: 1 }, 'hasOwnProperty: is not a known field'],
  [{ 'evil\u001b[31m\nname': 1 }, 'evil?[31m?name: is not a known field'],
];

test('each field at fault is named, in words, for a new camera and for a patch alike', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create({ id: 'a', name: 'a', source });
  for (const [body, message] of refusedOnBoth) {
    await t.test(message, async () => {
      assert.equal(await refusal(app, 'POST', { name: 'a', source, ...body }), message);
      assert.equal(await refusal(app, 'PATCH', body), message);
    });
  }
  assert.equal(await refusal(app, 'PATCH', { id: 'b' }), 'id: is not a known field');
});

test('what a new camera cannot do without is named', async (t) => {
  const { app } = await startTestApp(t);
  const refusals: [body: unknown, message: string][] = [
    [{}, 'name: is required'],
    [{ name: 'a' }, 'source: is required'],
    [{ name: 'a', source: {} }, 'source.url: is required'],
    [{ name: 'a', source: { URL: 'rtsp://h/' } }, 'source.URL: is not a known field'],
    [{ id: 'Front Door', name: 'a', source }, 'id: must be lower-case letters and digits, joined by single hyphens'],
    [null, 'body: must be an object'],
    [[], 'body: must be an object'],
  ];
  for (const [body, message] of refusals) assert.equal(await refusal(app, 'POST', body), message);
});
