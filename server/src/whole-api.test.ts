import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { gapsInReference, operationsOf } from '../testing/api-checks.ts';
import { startTestApp, type TestApp, temporaryFolder } from '../testing/app.ts';
import { fireHostileRequests } from '../testing/hostile.ts';
import { Archives, archiveRoutes } from './archive/index.ts';
import { probeRoutes } from './camera/probe-routes.ts';
import { demoRoutes } from './demo.ts';
import { Evidence, evidenceRoutes } from './evidence/index.ts';
import { Exports, exportRoutes } from './exports/index.ts';
import { layoutRoutes } from './layouts/routes.ts';
import { LayoutStore } from './layouts/store.ts';
import { LiveEncoders } from './live/encoded.ts';
import { hlsRoutes } from './live/hls/routes.ts';
import { LiveHub } from './live/hub.ts';
import { snapshotRoutes } from './live/snapshot.ts';
import { LiveViewers } from './live/viewers.ts';
import { whepRoutes } from './live/webrtc/routes.ts';
import { WebRtcSessions } from './live/webrtc/sessions.ts';
import { fragmentRoutes } from './live/ws/routes.ts';
import { Monitoring, metricsRoute, monitoringRoutes } from './monitoring/index.ts';
import { playbackRoutes } from './playback/routes.ts';
import { RecordingIndex, recordingRoutes } from './recording/index.ts';
import { MarkStore, markRoutes, RetentionEngine, retentionRoutes } from './retention/index.ts';
import { scheduleRoutes } from './schedule/routes.ts';
import { systemClock as clock } from './shared/clock.ts';
import { NvrError } from './shared/errors.ts';
import { storageRoutes } from './storage/routes.ts';
import { VolumeSet } from './storage/volumes.ts';

/** Every route of the recorder over a real index, with nothing where a media worker would be. */
async function startWholeApi(t: TestContext): Promise<TestApp> {
  const dataDir = temporaryFolder(t);
  const noMedia = async () => {
    throw new NvrError('camera_unreachable', 'There is no media worker in this test.');
  };
  return startTestApp(t, {
    async routes({ db, cameras, log }) {
      const volumes = await VolumeSet.open({ db, dataDir, clock, log });
      const index = new RecordingIndex({ db, clock, dataDir, volumes, timeZone: 'Europe/Vienna', log, cameras });
      await index.start();
      const evidence = await Evidence.open({
        ...{ db, dataDir, index, volumes, clock, log },
        durability: { ofVolume: async () => true },
      });
      const retention = new RetentionEngine({ db, clock, log, cameras, volumes, index });
      const archives = new Archives({
        ...{ db, index, volumes, cameras, clock, timeZone: 'Europe/Vienna', log },
        publish: () => {},
        makeRoom: (wish) => retention.makeRoom(wish),
      });
      const exports = new Exports({
        ...{ db, index, volumes, cameras, clock, timeZone: 'Europe/Vienna', log, expireAfterDays: 7 },
        publish: () => {},
        makeRoom: (wish) => retention.makeRoom(wish),
        makeExport: noMedia,
        signManifest: noMedia,
      });
      const encoders = new LiveEncoders({ clock, log, max: 0, encoder: async () => null });
      const live = new LiveHub({
        requireStream: (id, stream) => void cameras.requireStream(id, stream),
        clock,
        watch: () => {},
        encoders,
        firstPictureMs: 1,
      });
      const webrtc = new WebRtcSessions({
        settings: { publicAddresses: [], ports: null, servers: [], maxSessions: 32 },
        opusOf: (stream) => live.opusOf(stream),
        viewers: new LiveViewers(),
        log,
      });
      const monitoring = new Monitoring({
        ...{ db, clock, log, version: '0.0.0-test', dataDir, timeZone: 'Europe/Vienna', cameras, index, volumes },
        stateOf: () => ({ state: 'starting', since: 0 }),
        viewers: () => ({}),
        workers: () => [],
        forecast: () => retention.forecast(),
        publish: () => {},
      });
      await monitoring.start();
      return [
        (app) =>
          storageRoutes(app, {
            volumes,
            forgetFootage: (id) => index.forgetVolume(id),
            forecast: () => retention.forecast(),
          }),
        (app) => evidenceRoutes(app, { evidence }),
        (app) => retentionRoutes(app, { engine: retention, cameras }),
        (app) => markRoutes(app, { marks: new MarkStore({ db, clock, cameras, onChange: () => {} }) }),
        (app) => layoutRoutes(app, { layouts: new LayoutStore({ db, cameras, log, onChange: () => {} }) }),
        (app) => archiveRoutes(app, { archives }),
        (app) => exportRoutes(app, { exports }),
        (app) => scheduleRoutes(app, { cameras, clock, timeZone: 'Europe/Vienna' }),
        (app) => {
          app.addHook('onClose', () => monitoring.close());
          app.addHook('onClose', () => archives.close());
          app.addHook('onClose', () => exports.close());
          app.addHook('onClose', () => index.close());
          app.addHook('onClose', () => volumes.close());
          app.addHook('onClose', async () => live.close());
          recordingRoutes(app, { index, cameras });
          playbackRoutes(app, { index, cameras });
        },
        (app) => monitoringRoutes(app, { monitoring, cameras }),
        (app) => metricsRoute(app, monitoring),
        (app) => hlsRoutes(app, { live, viewers: new LiveViewers(), clock }),
        (app) => snapshotRoutes(app, { live, index, still: noMedia, cameras }),
        (app) => fragmentRoutes(app, { live, viewers: new LiveViewers(), clock }),
        (app) => {
          app.addHook('onClose', () => webrtc.close());
          return whepRoutes(app, { live, webrtc });
        },
        (app) => probeRoutes(app, { cameras, probe: noMedia }),
        (app) => demoRoutes(app, { demo: { offer: noMedia } }),
      ];
    },
  });
}

test('the reference tells all about every route', async (t) => {
  const { app } = await startWholeApi(t);
  assert.deepEqual((await operationsOf(app)).flatMap(gapsInReference), []);
});

test('no input makes a route crash, hang or answer anything but an ApiError', async (t) => {
  const { app, cameras, log } = await startWholeApi(t);
  // Some requests delete the camera that the others are about; it comes back at once.
  const settings = { id: 'front-door', name: 'Front door', source: { url: 'rtsp://127.0.0.1/a' } };
  await cameras.create(settings);
  cameras.onChange(({ change }) => {
    if (change === 'deleted') void cameras.create(settings);
  });
  const { sent, complaints } = await fireHostileRequests(app, { id: 'front-door', date: '2026-11-22' });
  assert.deepEqual(complaints, []);
  assert.ok(sent > 800, `${sent} requests`);
  assert.equal((await app.inject('/healthz')).statusCode, 200);
  assert.ok(!log().includes('"level":"error"'), 'nothing for a person to look at');
  assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined);
});
