import net from 'node:net';
import type { Config } from '../config/index.ts';
import { attention, type Finding, ok, problem, type Section } from './finding.ts';

export async function checkPorts({ host, port, rtspPort }: Config): Promise<Section> {
  return { title: 'Ports', findings: [await checkWebPort(host, port), await checkRtspPort(host, rtspPort)] };
}

/** Of the web pages and the API. */
export async function checkWebPort(host: string, port: number): Promise<Finding> {
  const why = await listenProblem(host, port);
  if (why === null) return ok(port === 0 ? 'web: any free port' : `web: port ${port} on ${host} is free`);
  if (why !== 'EADDRINUSE') return problem(`web: cannot listen on ${host} port ${port}: ${why}`, '--host, --port');
  if (await isNightjar(host, port)) return ok(`web: a Nightjar is running on ${host} port ${port}`);
  return problem(`web: port ${port} on ${host} is taken by another program`, 'choose another with --port');
}

/** Of the RTSP output; the recorder records without it, too. */
export async function checkRtspPort(host: string, port: number): Promise<Finding> {
  if (port === 0) return ok('RTSP: no output');
  const why = await listenProblem(host, port);
  if (why === null) return ok(`RTSP: port ${port} on ${host} is free`);
  if (why === 'EADDRINUSE' && (await isOurRtsp(host, port)))
    return ok(`RTSP: a Nightjar is running on ${host} port ${port}`);
  const text =
    why === 'EADDRINUSE' ? `port ${port} on ${host} is taken` : `cannot listen on ${host} port ${port}: ${why}`;
  return attention(`RTSP: ${text}`, 'choose another with --rtsp-port (0: no RTSP output)');
}

/** The error's code, or null when listening works. */
function listenProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** An RTSP server of GStreamer, as the recorder's is. */
function isOurRtsp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, loopbackOf(host), () => socket.write('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'));
    socket.setTimeout(2000, () => socket.destroy());
    socket.once('data', (answer) => {
      resolve(/^RTSP\/1\.0 200[\s\S]*Server: GStreamer/.test(answer.toString('latin1')));
      socket.destroy();
    });
    socket.once('error', () => {}); // 'close' follows
    socket.once('close', () => resolve(false));
  });
}

const loopbackOf = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : host);

async function isNightjar(host: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${loopbackOf(host)}:${port}/healthz`, { signal: AbortSignal.timeout(2000) });
    const health: unknown = await response.json();
    return typeof health === 'object' && health !== null && 'version' in health && 'status' in health;
  } catch {
    return false; // whatever it is, it does not answer as we do
  }
}
