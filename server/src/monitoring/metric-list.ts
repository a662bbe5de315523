import type { CameraState, SystemInfo, VolumeState } from '@nightjar/contract';
import type { CoverageCount } from './coverage-counters.ts';
import type { PacketTotals } from './stream-board.ts';

export interface VolumeFacts {
  id: string;
  state: VolumeState;
  freeBytes: number | null;
  totalBytes: number | null;
}

export interface CameraFacts {
  cameraId: string;
  stats: SystemInfo['cameras'][number]['stats'];
  state: CameraState['state'];
  packets: PacketTotals;
  counted: CoverageCount;
  /** Of 24 hours; null when nothing was to be recorded. */
  coverage: number | null;
  footage: { segments: number; sizeBytes: number };
}

/** All that metrics are made from, at one moment. */
export interface Facts {
  version: string;
  system: SystemInfo;
  /** CPU time and footage written since the start. */
  spent: { cpuSeconds: number; writtenBytes: number };
  cameras: CameraFacts[];
  volumes: VolumeFacts[];
  /** Who watches live, by protocol. */
  viewers: Readonly<Record<string, number>>;
}

type Kind = 'gauge' | 'counter';
type Value = number | null | undefined;
interface Sample {
  labels: Record<string, string>;
  /** Nothing is told of what is not known. */
  value: Value;
}

export interface Metric {
  kind: Kind;
  /** Units are in it: seconds, bytes, ratios; counters end in `_total`. */
  name: string;
  help: string;
  labels: readonly string[];
  samples(facts: Facts): Sample[];
}

const ofRecorder = (kind: Kind, name: string, help: string, read: (facts: Facts) => Value): Metric => ({
  ...{ kind, name, help, labels: [] },
  samples: (facts) => [{ labels: {}, value: read(facts) }],
});

const ofCamera = (kind: Kind, name: string, help: string, read: (camera: CameraFacts) => Value): Metric => ({
  ...{ kind, name, help, labels: ['camera'] },
  samples: ({ cameras }) => cameras.map((camera) => ({ labels: { camera: camera.cameraId }, value: read(camera) })),
});

const ofVolume = (name: string, help: string, read: (volume: VolumeFacts) => Value): Metric => ({
  ...{ kind: 'gauge', name, help, labels: ['volume'] },
  samples: ({ volumes }) => volumes.map((volume) => ({ labels: { volume: volume.id }, value: read(volume) })),
});

const states: CameraState['state'][] = ['starting', 'recording', 'live', 'waiting'];

const seconds = (ms: Value): Value => (typeof ms === 'number' ? ms / 1_000 : null);

/** Documented in docs/reference/metrics.md; a test compares. */
export const metricList: readonly Metric[] = [
  {
    ...{ kind: 'gauge', name: 'nightjar_build_info', help: 'Always 1.', labels: ['version'] },
    samples: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  ofRecorder('gauge', 'nightjar_start_time_seconds', 'When the recorder started, Unix time.', ({ system }) =>
    seconds(system.startedAt),
  ),
  ofRecorder(
    'counter',
    'nightjar_cpu_seconds_total',
    'CPU time of recorder and workers.',
    ({ spent }) => spent.cpuSeconds,
  ),
  ofRecorder('gauge', 'nightjar_memory_bytes', 'Memory of recorder and workers.', ({ system }) => system.memoryBytes),
  ofRecorder('gauge', 'nightjar_workers', 'Media processes.', ({ system }) => system.workers),
  ofRecorder(
    'counter',
    'nightjar_worker_restarts_total',
    'Media processes that crashed and were started again.',
    ({ system }) => system.workerRestarts,
  ),
  ofRecorder('counter', 'nightjar_written_bytes_total', 'Footage written.', ({ spent }) => spent.writtenBytes),
  ofRecorder(
    'gauge',
    'nightjar_index_queue',
    'Rows waiting to be written to the index.',
    ({ system }) => system.indexQueue,
  ),
  ofRecorder(
    'gauge',
    'nightjar_event_loop_delay_seconds',
    'Delay of the main process, 99th percentile of some seconds.',
    ({ system }) => seconds(system.eventLoopDelayMs),
  ),
  ofRecorder('gauge', 'nightjar_clock_synchronized', '1 when NTP keeps the system clock.', ({ system: { clock } }) =>
    clock.synchronized === null ? null : Number(clock.synchronized),
  ),
  ofCamera('gauge', 'nightjar_camera_up', '1 while pictures arrive.', ({ state }) =>
    Number(state === 'recording' || state === 'live'),
  ),
  {
    kind: 'gauge',
    name: 'nightjar_camera_state',
    help: '1 for the state that a camera is in.',
    labels: ['camera', 'state'],
    samples: ({ cameras }) =>
      cameras.flatMap(({ cameraId: camera, state: present }) =>
        states.map((state) => ({ labels: { camera, state }, value: Number(state === present) })),
      ),
  },
  ofCamera('gauge', 'nightjar_camera_fps', 'Frames received a second.', ({ stats }) => stats?.fps),
  ofCamera('gauge', 'nightjar_camera_bitrate_bits_per_second', 'Received.', ({ stats }) =>
    typeof stats?.bitrateKbps === 'number' ? stats.bitrateKbps * 1_000 : null,
  ),
  ofCamera('gauge', 'nightjar_camera_keyframe_interval_seconds', 'Between the newest two keyframes.', ({ stats }) =>
    seconds(stats?.keyframeIntervalMs),
  ),
  ofCamera(
    'gauge',
    'nightjar_camera_last_frame_timestamp_seconds',
    'When the newest frame came, Unix time.',
    ({ stats }) => seconds(stats?.lastFrameAt),
  ),
  ofCamera('gauge', 'nightjar_camera_clock_offset_seconds', "The camera's clock; positive: ahead.", ({ stats }) =>
    seconds(stats?.clockOffsetMs),
  ),
  ofCamera(
    'gauge',
    'nightjar_camera_write_backlog_bytes',
    'Received, not yet written.',
    ({ stats }) => stats?.writeBacklogBytes,
  ),
  ofCamera(
    'counter',
    'nightjar_camera_reconnects_total',
    'Connections after the first.',
    ({ stats }) => stats?.reconnects ?? 0,
  ),
  ofCamera(
    'counter',
    'nightjar_camera_packets_received_total',
    'RTP packets received.',
    ({ packets }) => packets.received,
  ),
  ofCamera(
    'counter',
    'nightjar_camera_packets_lost_total',
    'RTP packets missing when those after them were needed.',
    ({ packets }) => packets.lost,
  ),
  ofCamera(
    'counter',
    'nightjar_camera_packets_late_total',
    'Of the lost: came after all, too late.',
    ({ packets }) => packets.late,
  ),
  ofCamera('counter', 'nightjar_camera_recorded_seconds_total', 'Recorded since the recorder started.', ({ counted }) =>
    seconds(counted.recordedMs),
  ),
  {
    kind: 'counter',
    name: 'nightjar_camera_gap_seconds_total',
    help: 'Not recorded since the recorder started.',
    labels: ['camera', 'cause'],
    samples: ({ cameras }) =>
      cameras.flatMap(({ cameraId: camera, counted }) =>
        Object.entries(counted.gapMs).map(([cause, ms]) => ({ labels: { camera, cause }, value: seconds(ms) })),
      ),
  },
  ofCamera(
    'gauge',
    'nightjar_camera_coverage_ratio',
    'Recorded in 24 hours, of what should have been.',
    ({ coverage }) => coverage,
  ),
  ofCamera('gauge', 'nightjar_camera_recordings_bytes', 'Footage on disk.', ({ footage }) => footage.sizeBytes),
  ofCamera('gauge', 'nightjar_camera_segments', 'Segment files on disk.', ({ footage }) => footage.segments),
  {
    ...{ kind: 'gauge', name: 'nightjar_live_viewers', help: 'Who watches live now.', labels: ['protocol'] },
    samples: ({ viewers }) => Object.entries(viewers).map(([protocol, value]) => ({ labels: { protocol }, value })),
  },
  ofVolume('nightjar_volume_ready', '1 when recordings can be written to it.', ({ state }) =>
    Number(state === 'ready'),
  ),
  ofVolume('nightjar_volume_free_bytes', 'Free, for the user the recorder runs as.', ({ freeBytes }) => freeBytes),
  ofVolume('nightjar_volume_total_bytes', 'Size of the file system.', ({ totalBytes }) => totalBytes),
];
