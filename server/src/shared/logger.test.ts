import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type LogLevel } from './logger.ts';

function logged(readable: boolean, level: LogLevel = 'debug') {
  const lines: string[] = [];
  return { log: createLogger({ level, readable, write: (line) => lines.push(line) }), lines };
}

test('a line is JSON with its level by name and its time in UTC', () => {
  const { log, lines } = logged(false);
  log.child({ part: 'media', cameraId: 'front-door' }).warn({ retryInMs: 1_000 }, 'no frame for 10 s');
  const { time, ...rest } = JSON.parse(lines[0] ?? '');
  assert.deepEqual(rest, {
    level: 'warn',
    part: 'media',
    cameraId: 'front-door',
    retryInMs: 1_000,
    msg: 'no frame for 10 s',
  });
  assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('on a terminal it is one readable line', () => {
  const { log, lines } = logged(true);
  log.child({ part: 'media', cameraId: 'front-door' }).warn({ retryInMs: 1_000 }, 'no frame for 10 s');
  log.info('ready');
  assert.match(
    lines[0] ?? '',
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}media front-door: no frame for 10 s \{"retryInMs":1000\}\n$/,
  );
  assert.match(lines[1] ?? '', /^\d\d:\d\d:\d\d\.\d{3} INFO {2}ready\n$/);
});

test('an error comes with its stack and its cause', () => {
  const { log, lines } = logged(true);
  log.error({ err: new Error('no picture', { cause: new Error('EPIPE') }) }, 'failed');
  assert.match(lines[0] ?? '', /failed\n {2}Error: no picture.*logger\.test\.ts.*EPIPE/s);
});

test('nothing below the level is written', () => {
  const { log, lines } = logged(false, 'warn');
  log.info('a');
  log.warn('b');
  assert.equal(lines.length, 1);
});

for (const readable of [false, true]) {
  test(`credentials never reach a ${readable ? 'readable' : 'JSON'} line`, () => {
    const { log, lines } = logged(readable);
    const source = { url: 'rtsp://admin:s3cret@h/a', username: 'admin', password: 's3cret' };
    log.info(
      { source, camera: { id: 'a', source }, list: { of: { camera: { source } } } },
      'opening rtsp://admin:s3cret@h/a',
    );
    log.info({ password: 's3cret', headers: { authorization: 's3cret', cookie: 's3cret' } }, 'a');
    log
      .child({ url: source.url })
      .error({ err: new Error(`cannot open ${source.url}`, { cause: new Error(source.url) }) });
    assert.equal(lines.length, 3);
    assert.ok(!lines.join('').includes('s3cret'), lines.join(''));
  });
}
