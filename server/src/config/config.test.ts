import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Config, helpText, prepareDataDir, readConfig, StartError, startProblem } from './index.ts';

const withoutTimeZone = (config: ReturnType<typeof readConfig>) => {
  assert.ok(config !== 'help');
  const { timeZone, ...rest } = config;
  return rest;
};

test('without arguments the defaults hold', () => {
  assert.deepEqual(withoutTimeZone(readConfig([], {})), {
    dataDir: path.resolve('data'),
    host: '127.0.0.1',
    port: 8000,
    rtspPort: 8554,
    rtspCredentials: null,
    mediaDirs: [],
    liveEncoders: Math.max(1, Math.floor(os.availableParallelism() / 2)),
    webRtc: { publicAddresses: [], ports: null, servers: [], maxSessions: 32 },
    exportDays: 7,
    demoCameras: 0,
    logLevel: 'info',
  });
});

test('the command line goes before the environment', () => {
  const environment = { NIGHTJAR_PORT: '9000', NIGHTJAR_HOST: '0.0.0.0', NIGHTJAR_DEMO: '', NIGHTJAR_LOG: 'debug' };
  const config = withoutTimeZone(
    readConfig(['--port', '9001', '--rtsp-port=0', '--live-encoders', '3', '--data', '/tmp/x'], environment),
  );
  assert.deepEqual(config, {
    dataDir: '/tmp/x',
    host: '0.0.0.0',
    port: 9001,
    rtspPort: 0,
    rtspCredentials: null,
    mediaDirs: [],
    liveEncoders: 3,
    webRtc: { publicAddresses: [], ports: null, servers: [], maxSessions: 32 },
    exportDays: 7,
    demoCameras: 0,
    logLevel: 'debug',
  });
});

const mistakes: [args: string[], environment: NodeJS.ProcessEnv, line: RegExp][] = [
  [['--port', 'eighty'], {}, /^--port must be a number from 0 to 65535, not 'eighty'$/],
  [['--port', '65536'], {}, /^--port must be a number/],
  [['--port=-1'], {}, /^--port must be a number/],
  [['--port'], {}, /^--port needs a value; see --help$/],
  [['--live-encoders', '65'], {}, /^--live-encoders must be a number from 0 to 64/],
  [['--demo', '17'], {}, /^--demo must be a number from 0 to 16/],
  [['--data', ''], {}, /^--data must name a folder/],
  [['--host', 'a b'], {}, /^--host must be an IP address or a host name, not 'a b'$/],
  [['--prot', '1'], {}, /^there is no option --prot; see --help$/],
  [['-p', '1'], {}, /^there is no option -p; see --help$/],
  [['now'], {}, /^'now' is not an option; see --help$/],
  [[], { NIGHTJAR_PORT: 'x' }, /^NIGHTJAR_PORT must be a number from 0 to 65535, not 'x'$/],
  [[], { NIGHTJAR_LOG: 'loud' }, /^NIGHTJAR_LOG must be one of error, warn, info, debug, silent, not 'loud'$/],
  [[], { TZ: 'Mars/Olympus' }, /^TZ must name an IANA time zone, such as Europe\/Vienna, not 'Mars\/Olympus'$/],
  [['--webrtc-hosts', 'my.house'], {}, /^--webrtc-hosts must be none or IP addresses/],
  [['--webrtc-ports', '50100-50000'], {}, /^--webrtc-ports must be any or two UDP ports/],
  [[], { NIGHTJAR_WEBRTC_ICE: 'turn:a@b' }, /^NIGHTJAR_WEBRTC_ICE must be none or addresses/],
  [['--port', '8554'], {}, /^--port and --rtsp-port are both 8554/],
];
for (const [args, environment, line] of mistakes) {
  test(`says in one line what is wrong with ${JSON.stringify(args)} ${JSON.stringify(environment)}`, () => {
    assert.throws(
      () => readConfig(args, environment),
      (error) => error instanceof StartError && line.test(error.message) && !error.message.includes('\n'),
    );
  });
}

test('WebRTC has addresses, ports and helpers; the account is for TURN alone, and only in the environment', () => {
  const args = ['--webrtc-hosts', '203.0.113.7, 2001:db8::7', '--webrtc-ports', '50000-50100', '--webrtc-viewers', '5'];
  const { webRtc } = readConfig(args, {
    NIGHTJAR_WEBRTC_ICE: 'stun:stun.example:3478,turn:turn.example?transport=udp',
    NIGHTJAR_WEBRTC_TURN_USERNAME: 'recorder',
    NIGHTJAR_WEBRTC_TURN_CREDENTIAL: 's3cret',
  }) as Config;
  assert.deepEqual(webRtc, {
    publicAddresses: ['203.0.113.7', '2001:db8::7'],
    ports: [50_000, 50_100],
    servers: [
      { urls: 'stun:stun.example:3478' },
      { urls: 'turn:turn.example?transport=udp', username: 'recorder', credential: 's3cret' },
    ],
    maxSessions: 5,
  });
});

test('the time zone is that of TZ', () => {
  const zoneOf = (tz: string) => (readConfig([], { TZ: tz }) as { timeZone: string }).timeZone;
  assert.equal(zoneOf('Europe/Vienna'), 'Europe/Vienna');
  assert.equal(zoneOf(':America/New_York'), 'America/New_York');
});

test('the password of the RTSP output comes from the environment or a file', (t) => {
  const read = (args: string[], environment: NodeJS.ProcessEnv) => {
    const config = readConfig(args, environment);
    return config === 'help' ? null : config.rtspCredentials;
  };
  assert.deepEqual(read([], { NIGHTJAR_RTSP_PASSWORD: 'a b' }), { user: 'nightjar', password: 'a b' });
  assert.equal(read(['--rtsp-user', 'wall'], { NIGHTJAR_RTSP_PASSWORD: '' }), null);
  const file = path.join(temporaryFolder(t), 'password');
  const withFile = () => read(['--rtsp-user', 'wall', '--rtsp-password-file', file], { NIGHTJAR_RTSP_PASSWORD: 'x' });
  assert.throws(withFile, /^StartError: --rtsp-password-file: cannot read .*password: ENOENT$/);
  fs.writeFileSync(file, '\n');
  assert.throws(withFile, /^StartError: --rtsp-password-file: the first line of .* is empty$/);
  fs.writeFileSync(file, 'secret\nmore');
  assert.deepEqual(withFile(), { user: 'wall', password: 'secret' });
});

test('help is asked for with --help or -h, whatever else is wrong', () => {
  assert.equal(readConfig(['--help'], {}), 'help');
  assert.equal(readConfig(['--port', 'x', '-h'], {}), 'help');
  for (const option of ['--data', '--host', '--port', '--rtsp-port', '--live-encoders', '--demo', '--log', '--help']) {
    assert.ok(helpText.includes(option), option);
  }
});

function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-config-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a data folder is made when missing and belongs to one recorder at a time', (t) => {
  const folder = path.join(temporaryFolder(t), 'deep', 'data');
  const first = prepareDataDir(folder);
  assert.throws(() => prepareDataDir(folder), /^StartError: another recorder is using the data folder/);
  first.release();
  prepareDataDir(folder).release();
});

test('a data folder that is a file is refused in one line', (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  fs.writeFileSync(file, '');
  assert.throws(
    () => prepareDataDir(file),
    /cannot write to the data folder .*: it is a file; choose another with --data$/,
  );
  assert.throws(() => prepareDataDir(path.join(file, 'data')), /: a part of the path is a file;/);
  assert.throws(() => prepareDataDir('/proc/nightjar/data'), /: no folder can be made there;/);
});

test('a port that is taken is explained, a defect is not', () => {
  const at = { host: '127.0.0.1', port: 8000 };
  const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
  assert.equal(startProblem(taken, at), 'port 8000 is taken by another program; choose another with --port');
  assert.equal(startProblem(new TypeError('x is undefined'), at), undefined);
});
