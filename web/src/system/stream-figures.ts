import type { CameraSeries, StreamStats } from '@nightjar/contract';
import { formatBitrate, formatDuration, formatShare } from '../time/format.ts';

export type FigureId = 'fps' | 'bitrate' | 'keyframes' | 'lastFrame' | 'reconnects' | 'lost' | 'late' | 'clock';

export interface StreamFigure {
  id: FigureId;
  label: string;
  /** How it went; `bars` for what is counted. */
  chart?: { series: CameraSeries; kind: 'line' | 'bars'; atLeast: number; format(value: number): string };
}

const count = (value: number) => String(Math.round(value));

/** What is told of each camera's stream, in the order it is shown. */
export const streamFigures: readonly StreamFigure[] = [
  { id: 'fps', label: 'Frames/s', chart: { series: 'fps', kind: 'line', atLeast: 5, format: formatFps } },
  {
    id: 'bitrate',
    label: 'Bit rate',
    chart: { series: 'bitrateKbps', kind: 'line', atLeast: 100, format: formatBitrate },
  },
  { id: 'lost', label: 'Lost packets', chart: { series: 'packetsLost', kind: 'bars', atLeast: 10, format: count } },
  { id: 'reconnects', label: 'Reconnects', chart: { series: 'reconnects', kind: 'bars', atLeast: 2, format: count } },
  { id: 'keyframes', label: 'Keyframes' },
  { id: 'lastFrame', label: 'Last frame' },
  { id: 'late', label: 'Late packets' },
  { id: 'clock', label: 'Its clock' },
];

/** Each figure as text; an en dash where nothing is known. */
export function figuresOf(stats: StreamStats | null, nowMs: number): Record<FigureId, string> {
  const known = <T>(value: T | null | undefined, format: (value: T) => string) =>
    value === null || value === undefined ? '–' : format(value);
  return {
    fps: known(stats?.fps, formatFps),
    bitrate: known(stats?.bitrateKbps, formatBitrate),
    lost: known(stats, ({ packetsLost, packetsReceived }) => formatLoss(packetsLost, packetsReceived)),
    reconnects: known(stats?.reconnects, String),
    keyframes: known(stats?.keyframeIntervalMs, formatSeconds),
    lastFrame: known(stats?.lastFrameAt, (at) => formatAge(nowMs - at)),
    late: known(stats?.packetsLate, String),
    clock: known(stats?.clockOffsetMs, formatOffset),
  };
}

/** `25`, `12.5`. */
export function formatFps(fps: number): string {
  return String(Math.round(fps * 10) / 10);
}

/** `17 (< 1 %)`; the share is of what was sent. */
function formatLoss(lost: number, received: number): string {
  return lost === 0 ? '0' : `${lost} (${formatShare(lost, lost + received)})`;
}

/** `every 1.5 s`. */
const formatSeconds = (ms: number): string => `every ${Math.round(ms / 100) / 10} s`;

/** Stats are some seconds old: what is newer than this is now. */
const nowWithinMs = 10_000;
const formatAge = (ms: number): string => (ms < nowWithinMs ? 'now' : `${formatDuration(ms)} ago`);

/** "1.2 s ahead"; what no eye can tell is right. */
function formatOffset(offsetMs: number): string {
  const seconds = Math.abs(offsetMs) / 1_000;
  if (seconds < 0.5) return 'right';
  const text = seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds * 1_000);
  return `${text} ${offsetMs > 0 ? 'ahead' : 'behind'}`;
}
