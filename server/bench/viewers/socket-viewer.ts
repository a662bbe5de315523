import { once } from 'node:events';
import type { Watched } from './watched.ts';

/** Watches over the recorder's WebSocket until `signal` aborts. */
export async function watchSocket(address: string, watched: Watched, signal: AbortSignal): Promise<void> {
  const socket = new WebSocket(address.replace('http', 'ws'));
  socket.binaryType = 'arraybuffer';
  const over = Promise.withResolvers<void>();
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') watched.take(Buffer.from(data as ArrayBuffer));
  });
  socket.addEventListener('close', ({ code }) => over.reject(new Error(`closed with ${code}`)));
  await Promise.race([once(signal, 'abort'), over.promise]);
  over.promise.catch(() => {});
  socket.close();
}
