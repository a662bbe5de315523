import { initGst } from '../gst/index.ts';
import { explained } from './failure.ts';
import type { WorkMessage } from './in-process.ts';

const progressEveryMs = 500;

/**
 * The child's side of `inProcess`: an abort in a muxer costs that one request alone, and all threads have the low priority
 * that the process was started with. It ends with the request, or when main does.
 */
export function serveOne<Request, Result>(
  work: (request: Request, onProgress: (share: number) => void) => Promise<Result>,
): void {
  let share = 0;
  let sentShare = 0;
  const send = (message: WorkMessage<Result>, then = () => {}) => {
    // An error means that main is gone; 'disconnect' follows and ends us.
    if (process.connected) process.send?.(message, undefined, undefined, then);
  };
  const answer = async (request: Request): Promise<WorkMessage<Result>> => {
    try {
      return { type: 'done', result: await work(request, (now) => (share = now)) };
    } catch (error) {
      return { type: 'failed', ...explained(error) };
    }
  };
  initGst();
  setInterval(() => {
    if (share === sentShare) return;
    sentShare = share;
    send({ type: 'progress', share });
  }, progressEveryMs).unref();
  process.once('message', (request: Request) => {
    void answer(request).then((message) => send(message, () => process.exit(0)));
  });
  // Main is gone: nobody would take the file.
  process.on('disconnect', () => process.exit(1));
  // Ctrl-C reaches the whole process group; main tells us when to stop, by killing us.
  process.on('SIGINT', () => {});
}
