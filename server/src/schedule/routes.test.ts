import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { startTestApp } from '../../testing/app.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { scheduleRoutes } from './routes.ts';

const source = { url: 'rtsp://10.0.0.1/stream' };
const span = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) });

test('what is to be recorded is told in instants, through a change of the clock', async (t) => {
  const { app, cameras } = await startTestApp(t, {
    routes: ({ cameras }) => [(api) => scheduleRoutes(api, { cameras, clock, timeZone: 'Europe/Vienna' })],
  });
  const mornings = [{ from: '00:00', to: '06:00' }];
  const week = { saturday: mornings, sunday: mornings, monday: [] };
  await cameras.create({ id: 'yard', name: 'Yard', source, recording: { mode: 'scheduled', schedule: { week } } });
  const ask = async (from: string, to: string) => app.inject(`/api/v1/cameras/yard/schedule?from=${from}&to=${to}`);

  const spring = await ask('2026-03-27T23:00:00Z', '2026-03-30T12:00:00Z');
  assert.deepEqual(spring.json(), {
    wanted: [
      span('2026-03-27T23:00:00Z', '2026-03-28T05:00:00Z'),
      span('2026-03-28T23:00:00Z', '2026-03-29T04:00:00Z'),
    ],
  });

  const now = Date.now();
  const until = (now + 3_600_000) as UnixMs;
  await cameras.update('yard', { recording: { mode: 'off', override: { record: true, until } } });
  const { wanted } = (await ask(String(now - 3_600_000), String(now + 7_200_000))).json();
  assert.equal(wanted.length, 1);
  assert.ok(wanted[0].from >= now && wanted[0].from <= Date.now(), 'an override counts from now on');
  assert.equal(wanted[0].to, until);

  assert.equal((await ask('2026-01-01T00:00:00Z', '2027-03-01T00:00:00Z')).json().code, 'invalid_range');
  assert.equal((await ask('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z')).json().code, 'invalid_range');
  assert.equal((await ask('0', '86400000')).statusCode, 200);
  assert.equal((await ask('999999900000000', '999999999999999')).statusCode, 200);
});
