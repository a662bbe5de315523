import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offeredTracks } from './session-description.ts';

const sdp = (...media: string[]) => ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=Camera', 't=0 0', ...media, ''].join('\r\n');
const h264 = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=framerate:25'];

test('H.264 with AAC', () => {
  assert.deepEqual(offeredTracks(sdp(...h264, 'm=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/16000/1')), {
    video: { codec: 'h264', fps: 25 },
    audio: { encoding: 'MPEG4-GENERIC', payloadType: 97, sampleRate: 16_000, channels: 1 },
  });
});

test('H.265 beside a metadata track, without sound', () => {
  const tracks = offeredTracks(
    sdp(
      'm=application 0 RTP/AVP 107',
      'a=rtpmap:107 vnd.onvif.metadata/90000',
      'm=video 0 RTP/AVP 98',
      'a=rtpmap:98 H265/90000',
    ),
  );
  assert.deepEqual(tracks, { video: { codec: 'h265', fps: null }, audio: null });
});

test('G.711 by its fixed payload type, without rtpmap', () => {
  assert.equal(offeredTracks(sdp(...h264, 'm=audio 0 RTP/AVP 8')).audio?.encoding, 'PCMA');
  assert.equal(offeredTracks(sdp(...h264, 'm=audio 0 RTP/AVP 0')).audio?.encoding, 'PCMU');
});

test('a first JPEG track does not hide a second H.264 track', () => {
  assert.equal(offeredTracks(sdp('m=video 0 RTP/AVP 26', ...h264)).video.codec, 'h264');
});

test('sound only, and a codec we do not record, are errors of their own', () => {
  assert.throws(() => offeredTracks(sdp('m=audio 0 RTP/AVP 8')), { code: 'camera_no_video' });
  assert.throws(() => offeredTracks(sdp('m=video 0 RTP/AVP 32')), {
    code: 'camera_unsupported_codec',
    message: /MPV/,
  });
  assert.throws(() => offeredTracks(''), { code: 'camera_no_video' });
});

test('JPEG is taken where there is nothing better', () => {
  assert.equal(offeredTracks(sdp('m=video 0 RTP/AVP 26')).video.codec, 'jpeg');
  assert.equal(offeredTracks(sdp('m=video 0 RTP/AVP 26', ...h264)).video.codec, 'h264');
});

test('the sample rate is not always the RTP clock', () => {
  assert.equal(offeredTracks(sdp(...h264, 'm=audio 0 RTP/AVP 9')).audio?.sampleRate, 16_000);
  assert.equal(offeredTracks(sdp(...h264, 'm=audio 0 RTP/AVP 14')).audio?.sampleRate, null);
});
