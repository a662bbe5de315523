import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { RTCPeerConnection, RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters, type RtpPacket } from 'werift';
import { startTestApp } from '../../../testing/app.ts';
import { smallCamera } from '../../../testing/small-camera.ts';
import { waitFor } from '../../../testing/wait.ts';
import { watchCameras } from '../../../testing/watched-cameras.ts';
import { createLogger } from '../../shared/logger.ts';
import type { App } from '../../shared/route.ts';
import { LiveViewers } from '../viewers.ts';
import { playoutDelayUri } from './offer.ts';
import { whepRoutes } from './routes.ts';
import { WebRtcSessions } from './sessions.ts';

const bounds = { timeout: 120_000 };
const url = '/api/v1/cameras/door/live/whep';
const sdp = { 'content-type': 'application/sdp' };
const high = 'packetization-mode=1;profile-level-id=64001f;level-asymmetry-allowed=1';

const codec = (mimeType: string, payloadType: number, parameters: string) =>
  new RTCRtpCodecParameters({
    ...{ mimeType, clockRate: 90_000, payloadType, parameters },
    rtcpFeedback: mimeType === 'video/H264' ? [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] : [],
  });

/** A viewer that is no browser, so that it can be asked what came. */
class Client {
  readonly connection: RTCPeerConnection;
  readonly packets: RtpPacket[] = [];

  constructor(t: TestContext, { passedPercent = 100, parameters = high } = {}) {
    this.connection = new RTCPeerConnection({
      codecs: { video: [codec('video/H264', 96, parameters), codec('video/rtx', 97, 'apt=96')], audio: [] },
      headerExtensions: { video: [new RTCRtpHeaderExtensionParameters({ uri: playoutDelayUri })], audio: [] },
      // None is there; without this one, werift would ask one on the internet.
      iceServers: [{ urls: 'stun:127.0.0.1:9' }],
      iceStunGatherTimeout: 0.01,
      // In spite of its name, the share that it lets pass.
      debug: passedPercent < 100 ? { inboundPacketLoss: passedPercent } : {},
    });
    this.connection.addTransceiver('video', { direction: 'recvonly' });
    this.connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => void this.packets.push(packet));
    });
    t.after(() => this.connection.close());
  }

  async offer(): Promise<string> {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    return this.connection.localDescription?.sdp ?? '';
  }

  async watch(app: App): Promise<{ location: string; etag: string }> {
    const answer = await app.inject({ method: 'POST', url, headers: sdp, payload: await this.offer() });
    assert.equal(answer.statusCode, 201, answer.body);
    await this.connection.setRemoteDescription({ type: 'answer', sdp: answer.body });
    return { location: String(answer.headers.location), etag: String(answer.headers.etag) };
  }

  /** Whole pictures, by their RTP time. */
  get pictures(): RtpPacket[][] {
    const byTime = Map.groupBy(this.packets, ({ header }) => header.timestamp);
    return [...byTime.values()].filter((packets) => packets.some(({ header }) => header.marker));
  }

  /** It was told so. */
  get isClosed(): boolean {
    return this.connection.dtlsTransports.every(({ state }) => state === 'closed');
  }

  received(pictures: number): Promise<boolean> {
    return waitFor(`${pictures} pictures`, () => this.pictures.length >= pictures, { everyMs: 20 });
  }
}

async function start(t: TestContext, settings = {}) {
  const { hub } = await watchCameras(t, [smallCamera('door')]);
  const viewers = new LiveViewers();
  const webrtc = new WebRtcSessions({
    settings: { publicAddresses: [], ports: null, servers: [], maxSessions: 2, ...settings },
    opusOf: (stream) => hub.opusOf(stream),
    viewers,
    log: createLogger({ level: 'silent' }),
  });
  const { app } = await startTestApp(t, { routes: () => [(api) => whepRoutes(api, { live: hub, webrtc })] });
  t.after(() => webrtc.close());
  return { app, hub, viewers, webrtc };
}

const nalTypes = (packets: RtpPacket[]): number[] =>
  packets.flatMap(({ payload }) => {
    const type = (payload[0] ?? 0) & 0x1f;
    if (type === 28) return [(payload[1] ?? 0) & 0x1f];
    if (type !== 24) return [type];
    const types: number[] = [];
    for (let at = 1; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at))
      types.push((payload[at + 2] ?? 0) & 0x1f);
    return types;
  });

test('a viewer gets the newest keyframe at once, then each picture, until it leaves', bounds, async (t) => {
  const { app, viewers } = await start(t);
  const client = new Client(t);
  const { location } = await client.watch(app);
  assert.match(location, /^\/api\/v1\/cameras\/door\/live\/whep\/[\w-]{22}$/);
  await client.received(20);
  const [first = [], ...others] = client.pictures;
  assert.deepEqual(nalTypes(first).slice(0, 2), [7, 8], 'parameter sets come first');
  assert.ok(nalTypes(first).includes(5));
  assert.ok(others.some((picture) => nalTypes(picture).includes(1)));
  const numbers = client.packets.map(({ header }) => header.sequenceNumber);
  assert.ok(
    numbers.every((number, at) => at === 0 || number === ((numbers[at - 1] ?? 0) + 1) % 65_536),
    'none is missing',
  );
  for (const picture of client.pictures) {
    const [{ header } = {}] = picture;
    assert.deepEqual(
      header?.extensions.map(({ payload }) => payload.toString('hex')),
      ['000000'],
      'shown without delay',
    );
  }
  assert.equal(viewers.counts.webrtc, 1);
  assert.equal((await app.inject({ method: 'DELETE', url: location })).statusCode, 204);
  assert.equal(viewers.counts.webrtc, 0);
  const count = client.packets.length;
  assert.equal((await app.inject({ method: 'DELETE', url: location })).statusCode, 404);
  await waitFor('the connection to end', () => client.isClosed);
  assert.ok(client.packets.length - count < 100);
});

test('what gets lost is sent again', bounds, async (t) => {
  const { app } = await start(t);
  const client = new Client(t, { passedPercent: 90 });
  await client.watch(app);
  await client.received(60);
  const numbers = new Set(client.packets.slice(0, -20).map(({ header }) => header.sequenceNumber));
  const least = Math.min(...numbers);
  const missing = Array.from({ length: Math.max(...numbers) - least }, (_, at) => least + at).filter(
    (n) => !numbers.has(n),
  );
  assert.ok(missing.length < numbers.size / 50, `${missing.length} of ${numbers.size} never came`);
});

test('after a loss the pictures since the newest keyframe come once more, with times that go on', bounds, async (t) => {
  const { app } = await start(t);
  const client = new Client(t);
  await client.watch(app);
  await client.received(35);
  const [receiver] = client.connection.getReceivers();
  const before = client.packets.length;
  // Within two seconds of the beginning it is in vain.
  await waitFor('a keyframe out of turn', async () => {
    await receiver?.sendRtcpPLI(client.packets[0]?.header.ssrc ?? 0);
    const times = client.packets.slice(before).filter(({ header }) => header.extensions.length > 0);
    return times.some(({ header }, at) => (header.timestamp - (times[at - 1]?.header.timestamp ?? 0)) >>> 0 === 1);
  });
  const times = [...new Set(client.packets.map(({ header }) => header.timestamp))];
  assert.ok(
    times.every((time, at) => at === 0 || (time - (times[at - 1] ?? 0)) >>> 0 < 2 ** 31),
    'none goes back',
  );
});

test('WHEP: candidates, preconditions, too many viewers, nonsense', bounds, async (t) => {
  const { app, viewers } = await start(t, {
    publicAddresses: ['203.0.113.7'],
    servers: [{ urls: 'stun:127.0.0.1:9' }, { urls: 'turn:127.0.0.1:9', username: 'a"b', credential: 'c' }],
  });
  const offer = await new Client(t).offer();
  const post = (payload: string, headers: Record<string, string> = sdp) =>
    app.inject({ method: 'POST', url, headers, payload });
  const answer = await post(offer);
  assert.equal(answer.statusCode, 201, answer.body);
  assert.match(answer.body, /a=candidate:\S+ 1 udp \d+ 203\.0\.113\.7 \d+ typ host/);
  assert.equal(
    answer.headers.link,
    '<stun:127.0.0.1:9>; rel="ice-server", <turn:127.0.0.1:9>; rel="ice-server"; username="a\\"b"; credential="c"; credential-type="password"',
  );
  const options = await app.inject({ method: 'OPTIONS', url });
  assert.deepEqual(
    [options.statusCode, options.headers['accept-post'], options.headers.link],
    [204, 'application/sdp', answer.headers.link],
  );

  const etag = String(answer.headers.etag);
  const fragment = 'a=mid:0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n';
  const patch = async (payload: string, headers: Record<string, string>) => {
    const type = { 'content-type': 'application/trickle-ice-sdpfrag' };
    const { statusCode, body } = await app.inject({
      method: 'PATCH',
      url: String(answer.headers.location),
      payload,
      headers: { ...type, ...headers },
    });
    return [statusCode, body === '' ? null : JSON.parse(body).code];
  };
  assert.deepEqual(await patch(fragment, { 'if-match': etag }), [204, null]);
  assert.deepEqual(await patch(fragment, {}), [428, 'precondition_required']);
  assert.deepEqual(await patch(fragment, { 'if-match': '"x"' }), [412, 'precondition_failed']);
  assert.deepEqual(await patch(`a=ice-ufrag:new1\r\na=ice-pwd:x\r\n`, { 'if-match': '*' }), [
    422,
    'unsupported_change',
  ]);
  assert.deepEqual(await patch(fragment, { 'content-type': 'application/sdp' }), [415, 'unsupported_media_type']);

  const refused = async (payload: string, headers?: Record<string, string>) => {
    const { statusCode, body } = await post(payload, headers);
    return [statusCode, JSON.parse(body).code];
  };
  for (const odd of [
    '',
    'v=0',
    'v=0\r\nm=video 9 RTP/AVP 96\r\n',
    '{}',
    offer.replaceAll(/a=fingerprint.*\r\n/g, ''),
    offer.replaceAll(/a=ice-ufrag.*\r\n/g, ''),
    offer.replace('recvonly', 'sendonly'),
  ]) {
    assert.deepEqual(await refused(odd), [400, 'invalid_request'], odd.slice(0, 60));
  }
  assert.deepEqual(await refused('x'.repeat(100_000)), [413, 'body_too_large']);
  assert.deepEqual(await refused(offer, { 'content-type': 'application/json' }), [415, 'unsupported_media_type']);
  assert.deepEqual(await refused(offer.replaceAll('64001f', '42e01f')), [409, 'live_not_possible']);
  assert.deepEqual(await refused(offer.replaceAll('H264/', 'VP8/')), [409, 'live_not_possible']);
  assert.equal(viewers.counts.webrtc, 1, 'none of them is kept');
  assert.equal((await post(offer)).statusCode, 201);
  assert.deepEqual(await refused(offer), [503, 'busy']);
});

test('datagrams of strangers change nothing', bounds, async (t) => {
  const { app, viewers } = await start(t);
  const client = new Client(t);
  await client.watch(app);
  await client.received(2);
  const ports = [
    ...(client.connection.remoteDescription?.sdp ?? '').matchAll(/^a=candidate:\S+ 1 udp \d+ [\d.]+ (\d+)/gm),
  ];
  assert.notEqual(ports.length, 0);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  // What STUN, DTLS, SRTP and SRTCP begin with (RFC 7983), and anything.
  const beginnings = ['000100', '010100', '16fefd', '16feff', '17fefd', '15fefd', '80e0', '80c8', '8060', '', 'ff'];
  for (let round = 0; round < 300; round += 1) {
    for (const beginning of beginnings) {
      const noise = Buffer.concat([Buffer.from(beginning, 'hex'), randomBytes(round % 100)]);
      for (const [, port] of ports) socket.send(noise, Number(port), '127.0.0.1');
    }
    if (round % 20 === 0) await setImmediate();
  }
  const count = client.pictures.length;
  await client.received(count + 10);
  assert.equal(viewers.counts.webrtc, 1);
  await new Client(t).watch(app);
});

test('a recorder that stops tells its viewers', bounds, async (t) => {
  const { app, webrtc } = await start(t);
  const client = new Client(t);
  await client.watch(app);
  await client.received(2);
  await webrtc.close();
  await waitFor('the connection to end', () => client.isClosed);
});

test('a stream that ends, ends its sessions', bounds, async (t) => {
  const { app, hub, viewers } = await start(t);
  const client = new Client(t);
  await client.watch(app);
  await client.received(2);
  hub.remove('door');
  assert.equal(viewers.counts.webrtc, 0);
  await waitFor('the connection to end', () => client.isClosed);
});
