import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraSchema, CameraStatusSchema, FootageSummarySchema, type UnixMs, wholeWeek } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { startTestApp } from '../../testing/app.ts';

const frontDoor = { name: 'Front door', source: { url: 'rtsp://admin:s3cret@10.0.0.1/stream' } };

test('a camera is added, read, changed and removed', async (t) => {
  const { app } = await startTestApp(t);
  const added = await app.inject({ method: 'POST', url: '/api/v1/cameras', payload: frontDoor });
  assert.equal(added.statusCode, 201);
  assert.equal(added.headers.location, '/api/v1/cameras/front-door');
  assert.ok(Value.Check(CameraSchema, added.json()), added.body);
  assert.deepEqual(added.json().source, {
    url: 'rtsp://10.0.0.1/stream',
    transport: 'auto',
    username: 'admin',
    hasPassword: true,
  });

  const url = '/api/v1/cameras/front-door';
  assert.deepEqual((await app.inject(url)).json(), added.json());
  assert.deepEqual((await app.inject('/api/v1/cameras')).json(), [added.json()]);

  const changed = await app.inject({ method: 'PATCH', url, payload: { name: 'Back door', group: 'Yard' } });
  assert.equal(changed.statusCode, 200);
  assert.deepEqual(changed.json(), { ...added.json(), name: 'Back door', group: 'Yard' });

  const removed = await app.inject({ method: 'DELETE', url });
  assert.deepEqual([removed.statusCode, removed.body], [204, '']);
  assert.equal((await app.inject(url)).statusCode, 404);
  assert.deepEqual((await app.inject('/api/v1/cameras')).json(), []);
});

test('a merge patch may call itself one', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const headers = { 'content-type': 'application/merge-patch+json' };
  const url = '/api/v1/cameras/front-door';
  const answer = await app.inject({ method: 'PATCH', url, headers, payload: '{"source":{"password":null}}' });
  assert.equal(answer.json().source.hasPassword, false);
});

const recordingUrl = '/api/v1/cameras/front-door/recording';

test('recording is paused and resumed', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  for (const mode of ['off', 'continuous']) {
    const answer = await app.inject({ method: 'PUT', url: recordingUrl, payload: { mode } });
    const schedule = { week: wholeWeek(), exceptions: [] };
    assert.deepEqual(answer.json().recording, { mode, schedule, override: null });
    assert.equal(cameras.require('front-door').recording.mode, mode);
  }
});

test('a schedule is changed day by day, its exceptions all at once; what is left out stays', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create({ ...frontDoor, recording: { schedule: { week: { saturday: [] } } } });
  const recording = () => cameras.require('front-door').recording;
  assert.deepEqual(recording().schedule, { week: { ...wholeWeek(), saturday: [] }, exceptions: [] });
  const put = (payload: object) => app.inject({ method: 'PUT', url: recordingUrl, payload });

  const sunday = [
    { from: '08:00', to: '12:00' },
    { from: '22:00', to: '06:00' },
  ];
  const first = await put({ mode: 'scheduled', schedule: { week: { sunday } } });
  assert.deepEqual(first.json().recording.schedule.week, { ...wholeWeek(), saturday: [], sunday });

  const exceptions = [{ from: '2026-12-24', to: '2026-12-26', name: 'Christmas', spans: [] }];
  await put({ schedule: { exceptions } });
  assert.deepEqual(recording(), {
    mode: 'scheduled',
    schedule: { week: { ...wholeWeek(), saturday: [], sunday }, exceptions },
    override: null,
  });
  await put({ schedule: { exceptions: [] } });
  assert.deepEqual(recording().schedule.exceptions, []);

  const patch = { recording: { schedule: { week: { saturday: sunday } } } };
  const patched = await app.inject({ method: 'PATCH', url: '/api/v1/cameras/front-door', payload: patch });
  assert.deepEqual(patched.json().recording.schedule.week, { ...wholeWeek(), saturday: sunday, sunday });
});

test('an override is set, replaced and taken back; one that is over is not kept', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const put = async (override: object | null) =>
    (await app.inject({ method: 'PUT', url: recordingUrl, payload: { override } })).json().recording.override;
  const until = Date.now() + 3_600_000;
  assert.deepEqual(await put({ record: true, until }), { record: true, until });
  assert.deepEqual(await put({ record: false, until: until + 1 }), { record: false, until: until + 1 });
  assert.equal(await put(null), null);
  assert.equal(await put({ record: true, until: Date.now() - 1 }), null);
});

test('schedules that make no sense are refused, with the field', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const monday = (...spans: object[]) => ({ week: { monday: spans } });
  const exception = (fields: object) => ({ exceptions: [{ spans: [], ...fields }] });
  const refusals: [schedule: object, field: string, message: string][] = [
    [
      monday({ from: '08:00', to: '08:00' }),
      'week.monday.0.to',
      'must differ from from; the whole day is 00:00 to 24:00',
    ],
    [
      monday({ from: '24:00', to: '06:00' }),
      'week.monday.0.from',
      'a span begins before 24:00; that is 00:00 of the next day',
    ],
    [monday({ from: '08:00', to: '25:00' }), 'week.monday.0.to', 'must be a time of day from 00:00 to 24:00'],
    [{ week: { funday: [] } }, 'week.funday', 'is not a known field'],
    [exception({ from: '2026-02-30' }), 'exceptions.0.from', 'there is no such date'],
    [exception({ from: '2026-12-24', to: '2026-12-32' }), 'exceptions.0.to', 'must be a date, YYYY-MM-DD'],
    [exception({ from: '2026-12-24', to: '2026-12-23' }), 'exceptions.0.to', 'must not be before from'],
    [
      exception({
        from: '2026-12-24',
        spans: [
          { from: '01:00', to: '02:00' },
          { from: '03:00', to: '03:00' },
        ],
      }),
      'exceptions.0.spans.1.to',
      'must differ from from; the whole day is 00:00 to 24:00',
    ],
  ];
  for (const [schedule, field, message] of refusals) {
    const requests = [
      { method: 'PUT', url: recordingUrl, payload: { schedule }, path: 'schedule' },
      {
        method: 'PATCH',
        url: '/api/v1/cameras/front-door',
        payload: { recording: { schedule } },
        path: 'recording.schedule',
      },
      {
        method: 'POST',
        url: '/api/v1/cameras',
        payload: { ...frontDoor, recording: { schedule } },
        path: 'recording.schedule',
      },
    ] as const;
    for (const { path, ...request } of requests) {
      const answer = await app.inject(request);
      assert.equal(answer.statusCode, 400, answer.body);
      assert.deepEqual([answer.json().code, answer.json().field], ['invalid_request', `${path}.${field}`]);
      assert.equal(answer.json().message, `${path}.${field}: ${message}`);
    }
  }
  assert.deepEqual(cameras.require('front-door').recording.schedule, { week: wholeWeek(), exceptions: [] });
  assert.equal(cameras.list().length, 1);
});

test('other cameras take over mode and schedule, all or none of them', async (t) => {
  const { app, cameras } = await startTestApp(t);
  const until = (Date.now() + 3_600_000) as UnixMs;
  const schedule = { week: { ...wholeWeek(), monday: [] }, exceptions: [{ from: '2026-12-24', spans: [] }] };
  await cameras.create({ ...frontDoor, recording: { mode: 'scheduled', schedule, override: { record: true, until } } });
  const others = { exceptions: [{ from: '2027-01-01', spans: [] }] };
  await cameras.create({ ...frontDoor, id: 'yard', recording: { schedule: others } });
  await cameras.create({ ...frontDoor, id: 'attic' });
  const copy = (cameraIds: string[]) =>
    app.inject({ method: 'POST', url: `${recordingUrl}/copy`, payload: { cameraIds } });

  const refused = await copy(['yard', 'nobody']);
  assert.deepEqual([refused.statusCode, refused.json().field], [404, 'cameraIds.1']);
  assert.equal(cameras.require('yard').recording.mode, 'continuous');

  const copied = await copy(['yard', 'attic']);
  assert.deepEqual(
    copied.json().map((camera: { id: string }) => camera.id),
    ['yard', 'attic'],
  );
  for (const id of ['yard', 'attic']) {
    assert.deepEqual(cameras.require(id).recording, { mode: 'scheduled', schedule, override: null });
  }
});

test('footage stays unless it is to be deleted', async (t) => {
  const { app, cameras, footageDeleted } = await startTestApp(t);
  for (const id of ['a', 'b', 'c']) await cameras.create({ id, ...frontDoor });
  await app.inject({ method: 'DELETE', url: '/api/v1/cameras/a' });
  await app.inject({ method: 'DELETE', url: '/api/v1/cameras/b?footage=keep' });
  await app.inject({ method: 'DELETE', url: '/api/v1/cameras/c?footage=delete' });
  assert.deepEqual(footageDeleted, ['c']);
  const refused = await app.inject({ method: 'DELETE', url: '/api/v1/cameras/c?footage=shred' });
  assert.equal(refused.json().message, 'footage: must be one of keep, delete');
});

test('status and footage are those of the camera', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const status = (await app.inject('/api/v1/cameras/front-door/status')).json();
  assert.ok(Value.Check(CameraStatusSchema, status));
  assert.equal(status.cameraId, 'front-door');
  const footage = (await app.inject('/api/v1/cameras/front-door/footage')).json();
  assert.ok(Value.Check(FootageSummarySchema, footage));
});

test('a camera that does not exist is 404 everywhere', async (t) => {
  const { app } = await startTestApp(t);
  const requests = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['PUT', '/recording'],
    ['POST', '/recording/copy'],
    ['GET', '/status'],
    ['GET', '/footage'],
  ] as const;
  for (const [method, rest] of requests) {
    const payload = method === 'PUT' ? { mode: 'off' } : method === 'POST' ? { cameraIds: ['a'] } : {};
    const body = method === 'GET' ? {} : { payload };
    const answer = await app.inject({ method, url: `/api/v1/cameras/Nobody%20here${rest}`, ...body });
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'camera_not_found'], `${method} ${rest}`);
  }
});

test('a second camera with the same id is a conflict', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const payload = { id: 'front-door', ...frontDoor };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/cameras', payload });
  assert.deepEqual([answer.statusCode, answer.json().code, answer.json().field], [409, 'camera_exists', 'id']);
});

test('settings survive a restart of the whole app', async (t) => {
  const first = await startTestApp(t);
  const payload = { ...frontDoor, group: 'Yard', video: { mode: 'encode', overlay: { text: 'Gate' } } };
  const added = await first.app.inject({ method: 'POST', url: '/api/v1/cameras', payload });
  await first.app.close();
  const second = await startTestApp(t, { file: first.file });
  assert.deepEqual((await second.app.inject('/api/v1/cameras')).json(), [added.json()]);
  assert.equal(second.cameras.require('front-door').source.password, 's3cret');
});
