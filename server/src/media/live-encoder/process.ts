/**
 * A child process that encodes live streams for viewers who cannot play the camera's own bits: apart from the recording
 * workers, and below their priority. It ends when main does.
 */

import { initGst } from '../gst/index.ts';
import type { LiveFrame } from '../live-frame.ts';
import type { FromEncoder, ToEncoder } from './messages.ts';
import { PictureJob } from './picture-job.ts';
import { SoundJob } from './sound-job.ts';

const pollEveryMs = 5;

interface Job {
  push(frames: readonly LiveFrame[]): void;
  /** Sends what is ready. @throws when it cannot go on. */
  step(): void;
  close(): Promise<void>;
}

const jobs = new Map<number, Job>();

function send(message: FromEncoder): void {
  // An error means that main is gone; 'disconnect' follows and ends us.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function begin(message: Extract<ToEncoder, { type: 'pictures' | 'sound' }>): Promise<void> {
  const { job: id } = message;
  if (message.type === 'pictures') {
    const job = new PictureJob(message.plan);
    const step = () => {
      const taken = job.take();
      if (taken) send({ type: 'encoded', job: id, ...taken });
    };
    jobs.set(id, { push: (frames) => job.push(frames), step, close: () => job.close() });
    await job.start();
  } else {
    const job = new SoundJob(message.audio);
    const step = () => {
      const packets = job.take();
      if (packets.length > 0) send({ type: 'opus', job: id, packets });
    };
    jobs.set(id, { push: (frames) => job.push(frames), step, close: () => job.close() });
    await job.start();
  }
}

function fail(id: number, error: unknown): void {
  send({ type: 'failed', job: id, message: error instanceof Error ? error.message : String(error) });
  void end(id);
}

async function end(id: number): Promise<void> {
  const job = jobs.get(id);
  jobs.delete(id);
  await job?.close();
}

function handle(message: ToEncoder): void {
  const { job: id } = message;
  if (message.type === 'end') void end(id);
  else if (message.type === 'frames') jobs.get(id)?.push(message.frames);
  else begin(message).catch((error) => fail(id, error));
}

initGst();
setInterval(() => {
  for (const [id, job] of jobs) {
    try {
      job.step();
    } catch (error) {
      fail(id, error);
    }
  }
}, pollEveryMs);
process.on('message', handle);
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; main tells us when to stop.
process.on('SIGINT', () => {});
