/** `nightjar bench cost|viewers|latency|review`: what recording and viewers cost here, how live live is, how fast review. */
import { parseArgs } from 'node:util';
import { costTable, measureCost } from './cost.ts';
import { measureLatency, ways } from './latency/index.ts';
import { latencyTable } from './latency/print.ts';
import { measureReview } from './review/index.ts';
import { reviewTable } from './review/print.ts';
import { measureViewers } from './viewers/index.ts';
import { viewersTable } from './viewers/print.ts';

const usage = `Usage: nightjar bench cost|viewers|latency|review [--cameras N] [--seconds N] [--hls N] [--ws N] [--rtsp N]
                      [--openings N] [--codec h264|h265] [--ways webrtc,ws,ll-hls,hls] [--days N] [--seeks N]

  cost      CPU and memory of recording N simulated cameras, beside ffmpeg, each measured for N seconds
  viewers   crowds of viewers of N cameras that are recorded meanwhile: what each kind costs, what it gets, and
            whether recordings stay complete (200 by HLS, 100 by WebSocket, 50 by RTSP)
  latency   how old the picture is that Chromium shows of one of N cameras that are recorded, and how soon after a
            click it is there, by WebRTC, WebSocket, low-latency HLS and HLS (12 openings, H.264)
  review    the review page in Chromium over a month of 16 cameras: how soon timelines are answered and drawn, how evenly
            they move, how soon after a seek or under the pointer the picture is there (60 seeks)

  --cameras N   simulated cameras (default 8; review: 16 that have been recorded)
  --seconds N   how long each is measured (default 30; review: 5)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cameras: { type: 'string' },
    seconds: { type: 'string' },
    days: { type: 'string', default: '30' },
    seeks: { type: 'string', default: '60' },
    hls: { type: 'string', default: '200' },
    ws: { type: 'string', default: '100' },
    rtsp: { type: 'string', default: '50' },
    openings: { type: 'string', default: '12' },
    codec: { type: 'string', default: 'h264' },
    ways: { type: 'string', default: ways.join(',') },
    help: { type: 'boolean' },
  },
});

const common = {
  cameras: Number(values.cameras ?? 8),
  seconds: Number(values.seconds ?? 30),
  say: (line: string) => void process.stderr.write(`bench: ${line}\n`),
};

const benches: Record<string, () => Promise<string>> = {
  cost: async () => costTable(await measureCost(common)),
  viewers: async () => {
    const viewers = { hls: Number(values.hls), websocket: Number(values.ws), rtsp: Number(values.rtsp) };
    return viewersTable(await measureViewers({ ...common, viewers }));
  },
  latency: async () => {
    const options = {
      ...common,
      codec: values.codec === 'h265' ? 'h265' : 'h264',
      openings: Number(values.openings),
      ways: ways.filter((way) => values.ways.split(',').includes(way)),
    } as const;
    return latencyTable(await measureLatency(options), options);
  },
  review: async () => {
    const size = { cameras: Number(values.cameras ?? 16), seconds: Number(values.seconds ?? 5) };
    const options = { ...common, ...size, days: Number(values.days), seeks: Number(values.seeks) };
    return reviewTable(await measureReview(options), options);
  },
};

const bench = benches[positionals.join(' ')];
if (values.help || !bench) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
process.stdout.write(await bench());
