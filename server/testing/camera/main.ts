import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CameraServer } from './camera-server.ts';
import type { CamerasOptions, Reply, Request } from './ipc.ts';
import { type AudioCodec, demoMounts, type MountOptions } from './options.ts';

const usage = `Simulated cameras: RTSP, looping pictures with a clock, near-zero CPU.
  node server/testing/camera/main.ts --demo 3 --port 8555        rtsp://127.0.0.1:8555/cam1 ... cam3
  node server/testing/camera/main.ts --count 16 --file clip.mp4  cam0 ... cam15
  --host H (127.0.0.1)  --port N (8554, 0: any)  --cache DIR
  --demo N        cameras to look at, 1280x720; or:
  --count N (1)   cameras cam0 ... all alike, of these properties:
  --file MP4 | --video h264|h265 --size 640x360 --fps 15 --gop 15 --kbps N --b-frames 0 --loop SECONDS
  --audio aac|pcma|pcmu|opus|none  --user U --password P --auth basic|digest  --no-sprop`;

type Progress = (mount: string, fraction: number) => void;

async function start(server: CameraServer, mounts: MountOptions[]): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  for (const mount of mounts) urls[mount.path] = await server.add(mount);
  return urls;
}

function createServer(
  { host = '127.0.0.1', port = 0, cacheDir }: Omit<CamerasOptions, 'mounts'>,
  onProgress: Progress,
): CameraServer {
  return new CameraServer({
    host,
    port,
    cacheDir: cacheDir ?? path.join(os.tmpdir(), 'nightjar-camera-clips'),
    onProgress,
  });
}

/** A line for each fifth of a picture. */
function progressOnStderr(): Progress {
  const shown = new Map<string, number>();
  return (mount, fraction) => {
    const fifth = Math.floor(fraction * 5);
    if (shown.get(mount) === fifth) return;
    shown.set(mount, fifth);
    process.stderr.write(`simulated camera ${mount}: drawing its picture, ${fifth * 20} %\n`);
  };
}

function serveParent(): void {
  let server: CameraServer | null = null;
  const answer = async (request: Request): Promise<Extract<Reply, { ok: true }>['value']> => {
    if (request.type === 'start') {
      server ??= createServer(request.options, () => undefined);
      return start(server, request.options.mounts);
    }
    const mount = server?.get(request.path);
    if (request.type === 'sent') return mount?.sent ?? null;
    if (request.type === 'sent-pictures') return mount?.sentPictures ?? null;
    mount?.fault(request.fault, request.value);
    return null;
  };
  // A parent that is gone needs no answer; 'disconnect' follows.
  const reply = (message: Reply) => process.send?.(message, undefined, undefined, () => {});
  process.on('message', (request: Request) => {
    answer(request).then(
      (value) => reply({ id: request.id, ok: true, value }),
      (error: Error) => reply({ id: request.id, ok: false, error: error.message }),
    );
  });
  process.on('disconnect', () => process.exit());
}

async function serveCommandLine(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values: o } = parseArgs({
    options: {
      host: text,
      port: text,
      cache: text,
      demo: text,
      count: text,
      file: text,
      video: text,
      size: text,
      fps: text,
      gop: text,
      kbps: text,
      'b-frames': text,
      loop: text,
      audio: text,
      user: text,
      password: text,
      auth: text,
      'no-sprop': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (o.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const [width, height] = o.size?.split('x') ?? [];
  const given = {
    file: o.file,
    video: o.video,
    width: whole(width),
    height: whole(height),
    fps: whole(o.fps),
    gopFrames: whole(o.gop),
    bitrateKbps: whole(o.kbps),
    bFrames: whole(o['b-frames']),
    loopSeconds: whole(o.loop),
    audio: o.audio as AudioCodec | undefined,
    user: o.user,
    password: o.password,
    authMethod: o.auth,
    parameterSetsInSdp: o['no-sprop'] ? false : undefined,
  };
  const same = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Omit<
    MountOptions,
    'path'
  >;
  const mounts = o.demo
    ? demoMounts(Number(o.demo))
    : Array.from({ length: Number(o.count ?? 1) }, (_, i) => ({ ...same, path: `cam${i}` }));
  const cache = o.cache === undefined ? {} : { cacheDir: o.cache };
  const server = createServer(
    { host: o.host ?? '127.0.0.1', port: Number(o.port ?? 8554), ...cache },
    progressOnStderr(),
  );
  server.listen(o.user === undefined ? null : ((o.auth as 'basic' | 'digest') ?? 'digest'));
  for (const mount of mounts) process.stdout.write(`${await server.add(mount)}\n`);
}

const whole = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit());
if (process.send === undefined) await serveCommandLine();
else serveParent();
