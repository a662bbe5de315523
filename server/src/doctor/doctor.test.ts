import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { elementGroups } from './elements.ts';
import { missing, note, ok, reportText } from './finding.ts';
import { checkGroup, checkVersion } from './gstreamer.ts';
import { checkClock, checkDataDir, checkPort } from './machine.ts';

const run = promisify(execFile);
const levels = (findings: { level: string }[]) => findings.map(({ level }) => level);

async function listen(t: TestContext, server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('the report counts what must be mended and says how', () => {
  const sections = [{ title: 'Part', findings: [ok('a'), note('b'), missing('c', 'install d')] }];
  assert.match(reportText(sections), /Part\n {2}ok {7}a\n {2}note {5}b\n {2}missing {2}c\n +→ install d\n\n1 of these/);
  assert.match(reportText([]), /Nothing is missing\.$/);
});

test('missing elements are grouped by the package that has them', () => {
  const [group] = elementGroups;
  assert.ok(group);
  assert.deepEqual(levels(checkGroup(group, () => true)), ['ok']);
  const findings = checkGroup(group, (factory) => !['h264parse', 'h265parse', 'rtspsrc'].includes(factory));
  assert.deepEqual(
    findings.map(({ level, remedy }) => [level, remedy]),
    [
      ['missing', 'Debian package gstreamer1.0-plugins-good'],
      ['missing', 'Debian package gstreamer1.0-plugins-bad'],
    ],
  );
});

test('what only some cameras need is a note', () => {
  const optional = elementGroups.find(({ needed }) => !needed);
  assert.ok(optional);
  assert.deepEqual(new Set(levels(checkGroup(optional, () => false))), new Set(['note']));
});

test('an old GStreamer is refused', () => {
  assert.equal(checkVersion('GStreamer 1.22.0').level, 'ok');
  assert.equal(checkVersion('GStreamer 1.18.4').level, 'missing');
});

test('a data folder that is not there yet is judged by its parent and not made', (t) => {
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-doctor-'));
  t.after(() => fs.rmSync(parent, { recursive: true }));
  const [finding] = checkDataDir(path.join(parent, 'a', 'b'));
  assert.match(finding?.text ?? '', /not there yet.*can be written/);
  assert.deepEqual(fs.readdirSync(parent), []);
  fs.writeFileSync(path.join(parent, 'file'), '');
  assert.deepEqual(levels(checkDataDir(path.join(parent, 'file', 'data'))), ['missing']);
});

test('a taken port is told from a Nightjar that runs there', async (t) => {
  const other = await listen(t, net.createServer());
  assert.equal((await checkPort('127.0.0.1', other)).level, 'missing');
  const healthy = http.createServer((_, response) => response.end('{"status":"ok","version":"1.2.3"}'));
  const ours = await listen(t, healthy);
  assert.match((await checkPort('127.0.0.1', ours)).text, /a Nightjar is running there/);
});

test('a clock before this program was written is wrong', () => {
  assert.equal(checkClock(Date.UTC(1970, 0, 2), 'UTC').level, 'missing');
  assert.match(checkClock(Date.UTC(2026, 6, 1, 12), 'Europe/Vienna').text, /14:00:00, time zone Europe\/Vienna/);
});

test('on a machine that runs the tests nothing is missing', async () => {
  const doctor = path.join(import.meta.dirname, '..', 'doctor.ts');
  const { stdout } = await run(process.execPath, [doctor, '--port', '0', '--rtsp-port', '0', '--data', os.tmpdir()]);
  assert.match(stdout, /GStreamer 1\./);
  assert.match(stdout, /Nothing is missing\.\n$/);
});

test('without plugins the doctor names the packages and fails', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-doctor-'));
  const env = { ...process.env, GST_PLUGIN_SYSTEM_PATH_1_0: folder, GST_REGISTRY: path.join(folder, 'registry') };
  const doctor = path.join(import.meta.dirname, '..', 'doctor.ts');
  await assert.rejects(run(process.execPath, [doctor, '--port', '0', '--data', folder], { env }), (error: unknown) => {
    const { code, stdout } = error as { code: number; stdout: string };
    assert.equal(code, 1);
    assert.match(stdout, /missing .*rtspsrc[\s\S]*Debian package gstreamer1\.0-plugins-good/);
    return true;
  });
  fs.rmSync(folder, { recursive: true });
});
