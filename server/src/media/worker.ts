/**
 * Media worker: a child process that drives GStreamer for a few cameras. It knows nothing of SQLite or HTTP; it takes
 * orders and tells what happens over IPC (`protocol.ts`). When main goes away it closes its files and ends.
 */
import { systemClock } from '../shared/clock.ts';
import { FrameBacklog } from './backlog.ts';
import { CameraRunner, type RunnerContext } from './camera-runner.ts';
import { findEncoder } from './find-encoder.ts';
import { clockSynchronized, gstVersion, initGst } from './gst/index.ts';
import { asNvrError } from './pipeline/failures.ts';
import { probe } from './probe.ts';
import type { FromWorker, ProbeOutcome, ToWorker } from './protocol.ts';
import { CameraScout } from './scout.ts';
import { stillPicture } from './still.ts';
import { VolumeChoice } from './volume-choice.ts';

/** Main kills a worker that is silent for 20 s. */
const aliveEveryMs = 3_000;

const runners = new Map<string, CameraRunner | CameraScout>();
let context: RunnerContext | null = null;
const backlog = new FrameBacklog();

function send(message: FromWorker): void {
  if (!process.connected || !process.send) return;
  const left = backlog.admit(message);
  // An error means main is gone; 'disconnect' follows and ends us.
  if (left) process.send(message, undefined, undefined, left);
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'configure': {
      const { timeZone, encoder, mediaDirs } = message;
      const volumes = new VolumeChoice(message.volumes, systemClock.monotonicMs);
      context = { clock: systemClock, volumes, timeZone, encoder, mediaDirs, send };
      send({ type: 'ready', gstVersion: gstVersion() });
      return;
    }
    case 'volumes':
      context?.volumes.replace(message.volumes);
      return;
    case 'start':
      startCamera(message.settings.cameraId, (context) => new CameraRunner(message.settings, context));
      return;
    case 'scout':
      startCamera(message.settings.cameraId, (context) => new CameraScout(message.settings, message.after, context));
      return;
    case 'update':
      runners.get(message.settings.cameraId)?.update(message.settings);
      return;
    case 'stop':
      await stopCamera(message.cameraId);
      return;
    case 'watch': {
      const runner = runners.get(message.cameraId);
      if (runner instanceof CameraRunner) runner.watched = message.watched;
      return;
    }
    case 'probe':
      send({ type: 'probed', id: message.id, result: await probeOutcome(message) });
      return;
    case 'find-encoder':
      send({ type: 'encoder', id: message.id, encoder: await findEncoder() });
      return;
    case 'still':
      await stillPicture(message.still).then(
        (jpeg) => send({ type: 'still', id: message.id, jpeg }),
        (error) => send({ type: 'still', id: message.id, jpeg: null, error: causeOf(error) }),
      );
      return;
    case 'shutdown':
      await shutdown();
      return;
  }
}

function startCamera(cameraId: string, make: (context: RunnerContext) => CameraRunner | CameraScout): void {
  if (!context || runners.has(cameraId)) return;
  const runner = make(context);
  runners.set(cameraId, runner);
  runner.start();
}

async function stopCamera(cameraId: string): Promise<void> {
  const runner = runners.get(cameraId);
  runners.delete(cameraId);
  await runner?.stop();
  send({ type: 'stopped', cameraId });
}

function probeOutcome({ source, timeoutMs }: Extract<ToWorker, { type: 'probe' }>): Promise<ProbeOutcome> {
  return probe({ source, timeoutMs, clock: systemClock, mediaDirs: context?.mediaDirs ?? [] }).then(
    (value): ProbeOutcome => ({ ok: true, value }),
    (error): ProbeOutcome => {
      const { code, message } = asNvrError(error);
      return { ok: false, code, message };
    },
  );
}

const causeOf = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error ? `${error.message} ${error.cause.message}` : String(error);

let ending: Promise<void> | null = null;

/** Closes every segment whole; idempotent. */
function shutdown(): Promise<void> {
  ending ??= Promise.all([...runners.keys()].map(stopCamera)).then(() => {
    // Lets the last messages leave before the channel closes.
    if (process.connected) setImmediate(() => process.disconnect());
    else process.exit(0);
  });
  return ending;
}

initGst();
setInterval(() => send({ type: 'alive', clockSynchronized: clockSynchronized() }), aliveEveryMs).unref();
process.on('message', (message: ToWorker) => {
  handle(message).catch((error: Error) =>
    send({
      type: 'log',
      level: 'error',
      cameraId: null,
      message: `${message.type} failed: ${error.stack ?? error.message}`,
    }),
  );
});
process.on('disconnect', () => {
  void shutdown().then(() => process.exit(0));
});
// Ctrl-C reaches the whole process group; main tells us when to stop.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => void shutdown());
