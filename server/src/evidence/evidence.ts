import path from 'node:path';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { OpenedSegment } from '../media/protocol.ts';
import type {
  Account,
  ChunkWritten,
  Durability,
  Footage,
  RemovalReason,
  RemovedFile,
  SegmentClosed,
} from '../recording/index.ts';
import { InTurn } from '../shared/in-turn.ts';
import { Chain, type ChainParts } from './chain.ts';
import { recordsIn } from './evidence-file.ts';
import { type HashedChunk, hashFile, listOf } from './hash-file.ts';
import { newestCovered } from './head.ts';
import { type EvidenceKey, openKey } from './key.ts';
import { type ManifestRequest, signManifest } from './manifest.ts';
import type { SegmentContent } from './record.ts';

/** What is told to people. */
interface Trouble {
  /** null: of the recorder. */
  streamId: string | null;
  message: string;
}

export interface EvidenceParts extends Omit<ChainParts, 'key' | 'givenUp' | 'onTrouble' | 'durability'> {
  dataDir: string;
  durability: Pick<Durability, 'ofVolume'>;
  index: {
    footage(streamId: string, range: TimeRange): Promise<Footage>;
    flush(): Promise<void>;
  };
}

interface OpenSegment {
  segment: OpenedSegment;
  headHash: Buffer;
  chunks: Array<HashedChunk & { startMs: number }>;
}

/** A segment may reach the chain so much later than one that ends after it. */
const slackMs = 10 * 60_000;

/**
 * Keeps the signed chains of what was recorded: a record for each segment that is closed, and for what is removed. Calls
 * return at once; records of a stream are written one after the other. docs/reference/evidence.md has the format.
 */
export class Evidence implements Account {
  readonly #parts: EvidenceParts;
  readonly #key: EvidenceKey;
  readonly #chains = new Map<string, Chain>();
  /** Until their records are written. */
  readonly #open = new Map<string, OpenSegment>();
  readonly #sweeps = new InTurn();
  /** Volumes that get no record any more; one that comes back gets them again after the next start. */
  readonly #givenUp = new Set<string>();
  #troubles: Trouble[] = [];
  #tell: ((trouble: Trouble) => void) | null = null;
  #closed = false;

  private constructor(parts: EvidenceParts, key: EvidenceKey) {
    this.#parts = parts;
    this.#key = key;
    if (key.replaced === null) return;
    const message =
      `The key that signs evidence is another than before (fingerprint ${key.fingerprint}); what was signed until now ` +
      `is verified with the old one (${key.replaced}). If nobody replaced it, somebody took or removed it.`;
    this.#onTrouble({ streamId: null, message });
  }

  /** Makes the key when there is none. @throws when the data folder cannot be written. */
  static async open(parts: EvidenceParts): Promise<Evidence> {
    return new Evidence(parts, await openKey(parts.dataDir, parts.clock.nowMs()));
  }

  get key(): EvidenceKey {
    return this.#key;
  }

  /**
   * What a former process recorded and could not sign any more is hashed and signed now, in the background.
   *
   * @param tell of what people should know, also of what was before.
   */
  start(streamIds: readonly string[], tell: (trouble: Trouble) => void): void {
    this.#tell = tell;
    for (const trouble of this.#troubles.splice(0)) tell(trouble);
    this.#sweep(streamIds);
  }

  onOpened(segment: OpenedSegment, headHash: Buffer): void {
    this.#open.set(keyOf(segment), { segment, headHash, chunks: [] });
  }

  onChunkWritten({ cameraId, runId, sequence, chunk, hash }: ChunkWritten): void {
    const { offset, sizeBytes, frames, duration: ticks, startMs } = chunk;
    this.#open
      .get(keyOf({ cameraId, runId, sequence }))
      ?.chunks.push({ offset, sizeBytes, frames, ticks, hash, startMs });
  }

  onClosed(closed: SegmentClosed): void {
    const key = keyOf(closed);
    const open = this.#open.get(key);
    if (!open) return;
    const chunks = open.chunks.filter(({ offset, sizeBytes }) => offset + sizeBytes <= closed.sizeBytes);
    const content = contentOf({ ...open, chunks });
    const done = () => this.#open.delete(key);
    if (!content) done();
    else void this.#chainOf(closed.cameraId).append(content, placeOf(open.segment)).finally(done);
  }

  /** A worker died: what it left open is signed as it is found in the files, once they are put in order. */
  onWorkerLost(streamIds: readonly string[]): void {
    for (const [key, { segment }] of this.#open) if (streamIds.includes(segment.cameraId)) this.#open.delete(key);
    this.#sweep(streamIds);
  }

  /** A disk is back that was away, and its files are in order: what is on it and was never signed is now. */
  onVolumeBack(streamIds: readonly string[]): void {
    this.#sweep(streamIds);
  }

  async onRemoved(files: readonly RemovedFile[], reason: RemovalReason): Promise<void> {
    const byStream = Map.groupBy(files, ({ cameraId }) => cameraId);
    for (const [streamId, removed] of byStream) {
      const content = { kind: 'removed' as const, reason, files: removed.map((file) => file.path) };
      await this.#chainOf(streamId)
        .append(content, null)
        .catch((error: unknown) => this.#log(streamId, error, 'What was removed could not be signed'));
    }
  }

  async onGivenUp(volumeId: string): Promise<void> {
    this.#givenUp.add(volumeId);
    try {
      const rows = await this.#parts.db.selectFrom('evidence_heads').select('stream_id').execute();
      const streamIds = new Set([...rows.map((row) => row.stream_id), ...this.#chains.keys()]);
      for (const streamId of streamIds) await this.#chainOf(streamId).giveUp(volumeId);
    } catch (error) {
      this.#parts.log.error({ volumeId, err: error }, 'Which records of evidence go with a volume could not be signed');
    }
  }

  letGo(folder: string): Promise<boolean> {
    return this.#chainOf(path.basename(path.dirname(folder))).letGo(folder);
  }

  signManifest(request: ManifestRequest): Promise<object> {
    const { volumes, clock } = this.#parts;
    return signManifest(request, { key: this.#key, volumes, nowMs: clock.nowMs() });
  }

  /** To be awaited after the workers have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sweeps.settled();
    await Promise.all([...this.#chains.values()].map((chain) => chain.close()));
  }

  /** Resolves when what was to be signed so far is. */
  async settled(): Promise<void> {
    await this.#sweeps.settled();
    await Promise.all([...this.#chains.values()].map((chain) => chain.settled()));
  }

  #chainOf(streamId: string): Chain {
    let chain = this.#chains.get(streamId);
    if (!chain) {
      const onTrouble = (streamId: string, message: string) => this.#onTrouble({ streamId, message });
      chain = new Chain(streamId, { ...this.#parts, key: this.#key, givenUp: this.#givenUp, onTrouble });
      this.#chains.set(streamId, chain);
    }
    return chain;
  }

  #sweep(streamIds: readonly string[]): void {
    const { volumes } = this.#parts;
    for (const streamId of streamIds) {
      void this.#sweeps
        .run(async () => {
          for (const volume of volumes.list()) {
            if (volumes.isPresent(volume.id) && !this.#closed) await this.#sweepVolume(streamId, volume);
          }
        })
        .catch((error: unknown) => this.#log(streamId, error, 'What was left unsigned cannot be signed'));
    }
  }

  async #sweepVolume(streamId: string, { id, root }: { id: string; root: string }): Promise<void> {
    const { index, log } = this.#parts;
    await index.flush();
    const from = Math.max((await newestCovered(root, streamId)).to - slackMs, this.#key.since);
    const { segments } = await index.footage(streamId, { from: from as UnixMs, to: Number.MAX_SAFE_INTEGER as UnixMs });
    const closed = segments.filter(
      (segment) =>
        segment.volumeId === id &&
        segment.state === 'closed' &&
        segment.startAt >= this.#key.since &&
        !this.#open.has(keyOf(segment)),
    );
    if (closed.length === 0) return;
    const chain = this.#chainOf(streamId);
    // What was closed in the meantime is in its file by now.
    await chain.settled();
    const { files } = await newestCovered(root, streamId);
    for (const { path: file, runId: run, sequence } of closed) {
      if (files.has(file) || this.#closed || (await this.#isRecordedElsewhere(id, file))) continue;
      const hashed = await hashFile(path.join(root, file));
      if (!hashed) continue;
      const { first, last, ...content } = hashed;
      const times = { from: Math.round(first.startMs), to: Math.round(last.startMs + last.duration / 90) };
      log.info(
        { cameraId: streamId, path: file },
        'A recording that a crash left unsigned was hashed from its file and signed',
      );
      const place = { volumeId: id, folder: path.posix.dirname(file) };
      await chain.append({ kind: 'segment', file, run, sequence, ...times, ...content, recovered: true }, place);
    }
  }

  /** When its volume took no record, another one did. */
  async #isRecordedElsewhere(volumeId: string, file: string): Promise<boolean> {
    const { volumes } = this.#parts;
    const others = volumes.list().filter(({ id }) => id !== volumeId && volumes.isPresent(id));
    const records = await recordsIn(others.map(({ root }) => path.join(root, path.dirname(file))));
    return records.has(path.basename(file));
  }

  #onTrouble(trouble: Trouble): void {
    this.#parts.log.error({ cameraId: trouble.streamId ?? undefined }, trouble.message);
    if (this.#tell) this.#tell(trouble);
    else this.#troubles.push(trouble);
  }

  #log(streamId: string, error: unknown, message: string): void {
    this.#parts.log.error({ cameraId: streamId, err: error }, message);
  }
}

const keyOf = ({ runId, sequence }: { cameraId: string; runId: string; sequence: number }): string =>
  `${runId} ${sequence}`;

const placeOf = ({ volumeId, path: file }: OpenedSegment) => ({ volumeId, folder: path.posix.dirname(file) });

/** null when nothing is in it. */
function contentOf({ segment, headHash, chunks }: OpenSegment): SegmentContent | null {
  const [first, last] = [chunks[0], chunks.at(-1)];
  if (!first || !last) return null;
  return {
    ...{ kind: 'segment', file: segment.path, run: segment.runId, sequence: segment.sequence },
    ...{ from: Math.round(first.startMs), to: Math.round(last.startMs + last.ticks / 90) },
    ...{ sizeBytes: last.offset + last.sizeBytes, headBytes: segment.headLength },
    head: headHash.toString('base64'),
    ...listOf(chunks),
    recovered: false,
  };
}
