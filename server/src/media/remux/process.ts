/**
 * A child process that makes files of recordings for one request, and ends: an abort in a muxer costs that request
 * alone, and all its threads have the low priority that the process was started with.
 */
import { initGst } from '../gst/index.ts';
import { explained } from './failure.ts';
import { remuxFiles } from './remux-files.ts';
import type { RemuxMessage, RemuxRequest } from './request.ts';

const progressEveryMs = 500;
let share = 0;
let sentShare = 0;

const send = (message: RemuxMessage, then = () => {}) => {
  // An error means that main is gone; 'disconnect' follows and ends us.
  if (process.connected) process.send?.(message, undefined, undefined, then);
};

const onProgress = (now: number) => {
  share = now;
};

function sendProgress(): void {
  if (share === sentShare) return;
  sentShare = share;
  send({ type: 'progress', share });
}

async function handle(request: RemuxRequest): Promise<RemuxMessage> {
  try {
    return { type: 'done', files: await remuxFiles(request, { onProgress }) };
  } catch (error) {
    return { type: 'failed', ...explained(error) };
  }
}

initGst();
setInterval(sendProgress, progressEveryMs).unref();
process.once('message', (request: RemuxRequest) => {
  void handle(request).then((message) => send(message, () => process.exit(0)));
});
// Main is gone: nobody would take the file.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole process group; main tells us when to stop, by killing us.
process.on('SIGINT', () => {});
