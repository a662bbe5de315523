import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { openDatabase } from '../database/index.ts';
import { writeIdentity } from '../shared/volume-identity.ts';
import { checkClock, checkHardwareClock, checkTimeService } from './clock.ts';
import { checkDiskSpeed, measureWriting } from './disk-speed.ts';
import { elementGroups } from './elements.ts';
import { attention, ok, problem, reportText } from './finding.ts';
import { checkEncoders, checkGroup, checkVersion } from './gstreamer.ts';
import { checkMemory, checkOpenFiles } from './machine.ts';
import { checkRtspPort, checkWebPort } from './ports.ts';
import { checkDataDir, checkStorage } from './storage.ts';

const run = promisify(execFile);
const levels = (findings: { level: string }[]) => findings.map(({ level }) => level);
const doctor = path.join(import.meta.dirname, '..', 'doctor.ts');

function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-doctor-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function listen(t: TestContext, server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('the report counts what must be mended and says how', () => {
  const sections = [{ title: 'Part', findings: [ok('a'), attention('b'), problem('c', 'install d')] }];
  const lines = ['Part', '  ok         a', '  attention  b', '  problem    c', '             → install d', ''];
  assert.equal(reportText(sections), [...lines, '1 of these must be mended.'].join('\n'));
  assert.match(reportText([]), /Nothing must be mended\.$/);
});

test('missing elements are grouped by the package that has them', () => {
  const [group] = elementGroups;
  assert.ok(group);
  assert.deepEqual(levels(checkGroup(group, () => true)), ['ok']);
  const findings = checkGroup(group, (factory) => !['h264parse', 'h265parse', 'rtspsrc'].includes(factory));
  assert.deepEqual(
    findings.map(({ level, remedy }) => [level, remedy]),
    [
      ['problem', 'Debian package gstreamer1.0-plugins-good'],
      ['problem', 'Debian package gstreamer1.0-plugins-bad'],
    ],
  );
});

test('what only some cameras need asks for attention', () => {
  const optional = elementGroups.find(({ needed }) => !needed);
  assert.ok(optional);
  assert.deepEqual(new Set(levels(checkGroup(optional, () => false))), new Set(['attention']));
});

test('an old GStreamer is refused', () => {
  assert.equal(checkVersion('GStreamer 1.22.0').level, 'ok');
  assert.equal(checkVersion('GStreamer 1.18.4').level, 'problem');
});

test('each encoder that is there is told of, and the one that is used', () => {
  const findings = checkEncoders([
    { factory: 'vah264enc', works: false },
    { factory: 'x264enc', works: true },
    { factory: 'openh264enc', works: true },
  ]);
  assert.deepEqual(levels(findings), ['attention', 'ok', 'ok']);
  assert.match(findings[0]?.text ?? '', /vah264enc is there but does not encode/);
  assert.match(findings[1]?.text ?? '', /uses x264enc, in software/);
  assert.deepEqual(levels(checkEncoders([{ factory: 'x264enc', works: false }])), ['problem']);
});

test('a data folder that is not there yet is judged by its parent and not made', async (t) => {
  const parent = temporaryFolder(t);
  assert.match(checkDataDir(path.join(parent, 'a', 'b')).text, /not there yet.*can be written/);
  assert.match((await checkStorage(path.join(parent, 'a'))).findings[1]?.text ?? '', /writes \d+ MB\/s/);
  assert.deepEqual(fs.readdirSync(parent), []);
  fs.writeFileSync(path.join(parent, 'file'), '');
  assert.equal(checkDataDir(path.join(parent, 'file', 'data')).level, 'problem');
});

test('the speed of a disk is measured without leaving anything', async (t) => {
  const folder = temporaryFolder(t);
  assert.ok((await measureWriting(folder, { forMs: 10_000, maxBytes: 8e6 })) > 0);
  assert.match((await checkDiskSpeed(folder)).text, /enough for (about|more than) \d+ cameras/);
  assert.deepEqual(fs.readdirSync(folder), []);
  assert.equal((await checkDiskSpeed('/proc')).level === 'ok', false);
});

test('each volume of the recorder is looked at, and one whose disk is not there is a problem', async (t) => {
  const dataDir = temporaryFolder(t);
  const [there, away] = [temporaryFolder(t), temporaryFolder(t)];
  const database = await openDatabase(path.join(dataDir, 'nightjar.sqlite'));
  const rest = { use: 'record' as const, quota_bytes: null, keep_free_bytes: null, created_at: 0 };
  const volumes = [
    { id: 'one', name: 'Shelf', path: there, position: 1, ...rest },
    { id: 'two', name: 'Cellar', path: away, position: 2, ...rest },
  ];
  await database.db.insertInto('volumes').values(volumes).execute();
  await database.close();
  await writeIdentity(there, 'one');
  await writeIdentity(away, 'another');
  const { findings } = await checkStorage(dataDir);
  assert.match(findings[2]?.text ?? '', /^volume "Shelf" at .* GB free/);
  assert.match(findings[3]?.text ?? '', /writes \d+ MB\/s/);
  assert.deepEqual(levels(findings.slice(4)), ['problem']);
  assert.match(findings[4]?.text ?? '', /^volume "Cellar": .* holds another volume/);
  assert.deepEqual(fs.readdirSync(dataDir), ['nightjar.sqlite']);
});

test('a taken port is told from a Nightjar that runs there', async (t) => {
  const other = await listen(t, net.createServer());
  assert.equal((await checkWebPort('127.0.0.1', other)).level, 'problem');
  assert.equal((await checkRtspPort('127.0.0.1', other)).level, 'attention');
  const healthy = http.createServer((_, response) => response.end('{"status":"ok","version":"1.2.3"}'));
  const ours = await listen(t, healthy);
  assert.match((await checkWebPort('127.0.0.1', ours)).text, /a Nightjar is running/);
});

test('a clock before this program was written is wrong', () => {
  assert.equal(checkClock(Date.UTC(1970, 0, 2), 'UTC').level, 'problem');
  assert.match(checkClock(Date.UTC(2026, 6, 1, 12), 'Europe/Vienna').text, /14:00:00, time zone Europe\/Vienna/);
});

test('a clock that nothing keeps right asks for attention', () => {
  const nowhere = () => false;
  assert.equal(checkTimeService(true, nowhere).level, 'ok');
  assert.equal(checkTimeService(false, nowhere).level, 'attention');
  assert.equal(checkTimeService(null, nowhere).level, 'attention');
  assert.match(checkTimeService(null, (file) => file === '/run/chrony').text, /chrony/);
});

test('a hardware clock that is wrong or not there asks for attention', (t) => {
  const file = path.join(temporaryFolder(t), 'since_epoch');
  assert.equal(checkHardwareClock(file).level, 'attention');
  fs.writeFileSync(file, '1795356000\n');
  assert.equal(checkHardwareClock(file, 1_795_356_000_900).level, 'ok');
  assert.match(checkHardwareClock(file, 1_795_356_060_000).text, /60 s behind/);
});

test('little memory and few open files ask for attention', () => {
  assert.equal(checkMemory({ total: 8e9, available: 4e9 }).level, 'ok');
  assert.equal(checkMemory({ total: 8e9, available: 4e8 }).level, 'attention');
  assert.equal(checkOpenFiles('Max open files            256       4096      files').level, 'attention');
  assert.equal(checkOpenFiles('Max open files            unlimited unlimited files').level, 'ok');
});

test('on a machine that runs the tests nothing must be mended', async (t) => {
  const dataDir = path.join(temporaryFolder(t), 'data');
  const args = [doctor, '--port', '0', '--rtsp-port', '0', '--data', dataDir];
  const { stdout } = await run(process.execPath, args);
  assert.match(stdout, /GStreamer 1\./);
  assert.match(stdout, /Nothing must be mended\.\n$/);
  const report = JSON.parse((await run(process.execPath, [...args, '--json'])).stdout);
  assert.equal(report.problems, 0);
  assert.deepEqual(
    report.sections.map(({ title }: { title: string }) => title),
    ['This machine', 'Clock', 'Ports', 'Storage', 'GStreamer', 'GStreamer elements', 'Encoders'],
  );
  assert.deepEqual(fs.readdirSync(path.dirname(dataDir)), []);
});

test('without plugins the doctor names the packages and fails', async (t) => {
  const folder = temporaryFolder(t);
  const env = { ...process.env, GST_PLUGIN_SYSTEM_PATH_1_0: folder, GST_REGISTRY: path.join(folder, 'registry') };
  await assert.rejects(run(process.execPath, [doctor, '--port', '0', '--data', folder], { env }), (error: unknown) => {
    const { code, stdout } = error as { code: number; stdout: string };
    assert.equal(code, 1);
    assert.match(stdout, /problem .*rtspsrc[\s\S]*Debian package gstreamer1\.0-plugins-good/);
    return true;
  });
  await assert.rejects(run(process.execPath, [doctor, '--prot', '1']), { code: 2 });
});
