import { Progress } from '../src/check/progress.ts';
import { Evidence } from '../src/evidence/index.ts';
import type { VerifyReport } from '../src/verify/finding.ts';
import { verifyFootage } from '../src/verify/footage.ts';
import { TrustedKeys } from '../src/verify/keys.ts';
import { type Recording, type RecordingWish, record, type TestRecorder } from './recorder.ts';

export const openEvidence = ({ database, dataDir, index, volumes, clock, logger }: TestRecorder): Promise<Evidence> =>
  Evidence.open({
    ...{ db: database.db, dataDir, index, volumes, clock, log: logger },
    durability: { ofVolume: async () => true },
  });

/** Records a stream as a media worker does, and has it signed as main does. */
export async function recordSigned(
  recorder: TestRecorder,
  evidence: Evidence,
  wish: RecordingWish,
): Promise<Recording> {
  const recording = await record(recorder, wish);
  for (const message of recording.messages) {
    if (message.type === 'segment-opened') evidence.onOpened(message.segment, message.headHash);
    else if (message.type === 'chunk-written') evidence.onChunkWritten(message);
    else if (message.type === 'segment-closed') evidence.onClosed(message);
  }
  await evidence.settled();
  await recorder.index.flush();
  return recording;
}

export interface VerifyWish {
  /** Files of public keys, and fingerprints, to trust; else what lies in the data folder. */
  keys?: string[];
  fingerprints?: string[];
  heads?: Map<string, number>;
  /** Further volumes. */
  roots?: string[];
  /** Names of volumes that are not there. */
  away?: string[];
}

/** What `nightjar verify --data` finds, all of it. */
export async function verified(
  dataDir: string,
  { keys = [], fingerprints = [], heads = new Map(), roots = [], away = [] }: VerifyWish = {},
): Promise<VerifyReport> {
  const trusted = await TrustedKeys.of(keys, fingerprints);
  await trusted.offerFolder(dataDir);
  const range = { from: 0, to: Number.MAX_SAFE_INTEGER };
  const whole = { roots: [dataDir, ...roots], away, cameraId: null, ...range, isRecorderRunning: () => false };
  return verifyFootage({ ...whole, trusted, heads, progress: silent() });
}

export const silent = (): Progress => new Progress({ out: { write: () => {} } });
