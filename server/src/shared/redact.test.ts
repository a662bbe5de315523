import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactJson, redactUrl } from './redact.ts';

const examples: [text: string, redacted: string][] = [
  ['rtsp://admin:s3cret@10.0.0.1/a', 'rtsp://***@10.0.0.1/a'],
  [
    'could not open rtsp://admin:s3cret@10.0.0.1:554/a?b=c, retrying',
    'could not open rtsp://***@10.0.0.1:554/a?b=c, retrying',
  ],
  ['RTSP://u:p@ss@h/a and rtsp://u2:p2@h2/', 'RTSP://***@h/a and rtsp://***@h2/'],
  ['rtsp://u:p/with?odd#signs@h/a', 'rtsp://***@h/a'],
  ['{"url":"rtsp://u:quo\\"te@h/a","name":"b"}', '{"url":"rtsp://***@h/a","name":"b"}'],
  ['["rtsp://a:b@h","rtsp://c:d@h"]', '["rtsp://***@h","rtsp://***@h"]'],
  ['rtsp://a:b@h,rtsp://c:d@h', 'rtsp://***@h'],
  ['rtsp://h/user=admin&password=s3cret&channel=1', 'rtsp://h/user=admin&password=***&channel=1'],
  ['http://h/cgi?pwd=s3cret', 'http://h/cgi?pwd=***'],
  ['srt://h:9000?passphrase=s3cret&streamid=read:a:u:p', 'srt://h:9000?passphrase=***&streamid=***'],
  ['rtmp://u:p@h/live/a', 'rtmp://***@h/live/a'],
  ['rtsp://10.0.0.1:554/stream', 'rtsp://10.0.0.1:554/stream'],
  ['mail a@b.c about http://h', 'mail a@b.c about http://h'],
];
for (const [text, redacted] of examples) test(text, () => assert.equal(redactUrl(text), redacted));

test('in JSON a password is hidden at any depth, whatever is in it', () => {
  const line = JSON.stringify({ a: [{ source: { password: 'quo"te\\', username: 'u' } }], password: null });
  assert.equal(redactJson(line), '{"a":[{"source":{"password":"***","username":"u"}}],"password":null}');
});

test('a long text takes no long time', () => {
  const started = performance.now();
  redactUrl('rtsp://'.repeat(20_000));
  redactUrl(`rtsp://${'a'.repeat(200_000)}`);
  redactUrl('a://b'.repeat(20_000));
  redactUrl('\\'.repeat(200_001));
  redactUrl('password='.repeat(20_000));
  redactJson('"password":"'.repeat(20_000));
  assert.ok(performance.now() - started < 2_000);
});
