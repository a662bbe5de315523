/** `nightjar bench cost|viewers`: what recording and viewers cost on this machine. */
import { parseArgs } from 'node:util';
import { costTable, measureCost } from './cost.ts';
import { measureViewers } from './viewers/index.ts';
import { viewersTable } from './viewers/print.ts';

const usage = `Usage: nightjar bench cost|viewers [--cameras N] [--seconds N] [--hls N] [--ws N] [--rtsp N]

  cost      CPU and memory of recording N simulated cameras, beside ffmpeg, each measured for N seconds
  viewers   crowds of viewers of N cameras that are recorded meanwhile: what each kind costs, what it gets, and
            whether recordings stay complete (200 by HLS, 100 by WebSocket, 50 by RTSP)

  --cameras N   simulated cameras (default 8)
  --seconds N   how long each is measured (default 30)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cameras: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '30' },
    hls: { type: 'string', default: '200' },
    ws: { type: 'string', default: '100' },
    rtsp: { type: 'string', default: '50' },
    help: { type: 'boolean' },
  },
});

const common = {
  cameras: Number(values.cameras),
  seconds: Number(values.seconds),
  say: (line: string) => void process.stderr.write(`bench: ${line}\n`),
};

const benches: Record<string, () => Promise<string>> = {
  cost: async () => costTable(await measureCost(common)),
  viewers: async () => {
    const viewers = { hls: Number(values.hls), websocket: Number(values.ws) };
    return viewersTable(await measureViewers({ ...common, viewers }));
  },
};

const bench = benches[positionals.join(' ')];
if (values.help || !bench) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
process.stdout.write(await bench());
