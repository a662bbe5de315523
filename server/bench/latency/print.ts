import { clipName, type LatencyOptions, type Way, type WayResult } from './index.ts';

const names: Record<Way, string> = {
  webrtc: 'WebRTC',
  ws: 'WebSocket',
  'll-hls': 'low-latency HLS',
  hls: 'HLS',
};

/** What 95 % of pictures should not exceed, ms. */
const aims: Record<Way, number> = { webrtc: 150, ws: 350, 'll-hls': 1_200, hls: 6_000 };
const openingAimMs = 500;
/** Less does not show in the figures. */
const busyCores = 0.2;

/** The results as a table, for a terminal. */
export function latencyTable(results: readonly WayResult[], { cameras, codec }: LatencyOptions): string {
  const row = (cells: string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(18) : cell.padStart(15))).join('');
  const lines = [
    `${cameras} cameras recorded (${codec} ${clipName}), one of them watched in Chromium; ms from camera to screen`,
    row(['', 'p50', 'p95', 'aim', 'pictures/s', 'opening p50', 'p95', 'aim', 'recorder cores', 'browser cores']),
  ];
  for (const { way, delaysMs, fps, openingsMs, recorderCores, browserCores, failure } of results) {
    lines.push(
      row([
        names[way],
        ...[at(delaysMs, 0.5), at(delaysMs, 0.95), `${aims[way]}`, fps.toFixed(1)],
        ...[at(openingsMs, 0.5), at(openingsMs, 0.95), `${openingAimMs}`],
        ...[recorderCores.toFixed(2), browserCores.toFixed(2)],
      ]),
    );
    if (failure) lines.push(`  ${failure}`);
  }
  const otherCores = Math.max(...results.map((result) => result.otherCores));
  if (otherCores > busyCores) {
    lines.push(`Other work took up to ${otherCores.toFixed(1)} cores meanwhile; without it pictures are shown sooner.`);
  }
  return `${lines.join('\n')}\n`;
}

const at = (ascending: readonly number[], share: number): string =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]?.toFixed(0) ?? '–';
