import type { TestContext } from 'node:test';
import { LiveEncoders } from '../src/live/encoded.ts';
import { LiveHub } from '../src/live/hub.ts';
import type { LiveStream } from '../src/live/stream.ts';
import type { RunInfo } from '../src/media/chunk.ts';
import type { LiveFrame } from '../src/media/live-frame.ts';
import { MediaWorker } from '../src/media/media-worker.ts';
import type { FromWorker } from '../src/media/protocol.ts';
import { systemClock } from '../src/shared/clock.ts';
import { createLogger } from '../src/shared/logger.ts';
import { type MountOptions, type SimulatedCameras, startCameras } from './camera/index.ts';

export interface WatchedCameras {
  cameras: SimulatedCameras;
  hub: LiveHub;
  encoders: LiveEncoders;
  /** All that measures how long nobody watched finds this much more of it. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** Simulated cameras, a media worker and a live hub with encoders: what is live, without recorder and HTTP. Without `t`, the caller closes it. */
export async function watchCameras(
  t: TestContext | null,
  mounts: MountOptions[],
  { maxEncoders = 1 }: { maxEncoders?: number } = {},
): Promise<WatchedCameras> {
  const cameras = await startCameras({ mounts });
  let passedMs = 0;
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs };
  const encoders = new LiveEncoders({
    clock,
    log: createLogger({ level: 'silent' }),
    max: maxEncoders,
    encoder: async () => 'x264enc',
  });
  const worker = new MediaWorker({
    volumes: { volumes: [], ifNone: { code: 'disk_error', message: 'This worker does not record.' } },
    timeZone: 'UTC',
    encoder: null,
    mediaDirs: [],
    onMessage: (message) => onMessage(hub, message),
    onExit: () => {},
    onOutput: () => {},
  });
  const hub = new LiveHub({
    clock,
    encoders,
    requireStream: () => {},
    watch: (cameraId, watched) => worker.send({ type: 'watch', cameraId, watched }),
  });
  const close = async () => {
    hub.close();
    encoders.close();
    await worker.shutdown();
    await cameras.stop();
  };
  t?.after(close);
  for (const { path } of mounts) worker.send({ type: 'start', settings: settingsOf(path, cameras.url(path)) });
  const pass = (ms: number) => {
    passedMs += ms;
  };
  return { cameras, hub, encoders, pass, close };
}

function onMessage(hub: LiveHub, message: FromWorker): void {
  const { type } = message;
  if (type === 'live-run' || type === 'chunk' || type === 'frames' || type === 'live-replayed') hub.onMessage(message);
}

const settingsOf = (cameraId: string, url: string) => ({
  cameraId,
  source: { url, transport: 'tcp' as const },
  video: {
    mode: 'copy' as const,
    ...{ bitrateKbps: 2000, fps: null, height: null, keyframeSeconds: 2, overlay: null },
  },
  audio: { mode: 'auto' as const },
  record: [],
});

/** All that a viewer of a stream gets, and what became of it. */
export interface Viewer {
  runs: RunInfo[];
  /** Of the newest run. */
  frames: LiveFrame[];
  gaps: number;
  ended: boolean;
  leave(): void;
}

export function view(stream: LiveStream): Viewer {
  const viewer: Viewer = { runs: [], frames: [], gaps: 0, ended: false, leave: () => {} };
  viewer.leave = stream.subscribe(
    {
      onRun: (run) => {
        viewer.runs.push(run);
        viewer.frames = [];
      },
      onFrames: (frames) => void viewer.frames.push(...frames),
      onGap: () => {
        viewer.gaps += 1;
      },
      onEnd: () => {
        viewer.ended = true;
      },
    },
    { from: 'newest-keyframe' },
  );
  return viewer;
}
