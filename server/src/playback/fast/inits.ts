import { createHash } from 'node:crypto';
import { initSegment, readInit } from '../../media/fmp4/index.ts';
import type { Footage } from '../../recording/index.ts';
import { readSegment, type SegmentFile } from '../segment-file.ts';

/** Bytes each, so that a day of a camera that reconnects every minute is known as a whole. */
const runsKept = 5_000;
/** Files of a run that are tried; when so many are gone, their disk is. */
const filesTried = 3;

/** `ftyp` + `moov` of a segment without its sound. @throws {NvrError} `footage_not_found` when the file is gone. */
export async function videoInit(source: SegmentFile): Promise<Buffer> {
  const head = await readSegment(source, 0, source.segment.headLength);
  return initSegment(readInit(head).video, null);
}

/** Which runs have the same decoder configuration: a player goes from one to the other as if they were one. */
export class VideoConfigs {
  readonly #known = new Map<string, string>();

  /**
   * By run. A run of which no file can be read is left out: its pictures cannot be read either.
   *
   * @param onFailed told of what is not just a file that is gone.
   */
  async of(
    footage: Footage,
    sourceOf: (segment: Footage['segments'][number]) => SegmentFile,
    onFailed: (error: unknown) => void,
  ): Promise<Map<string, string>> {
    const configs = new Map<string, string>();
    const failures = new Map<string, number>();
    for (const segment of footage.segments) {
      const failed = failures.get(segment.runId) ?? 0;
      if (configs.has(segment.runId) || segment.chunks.length === 0 || failed >= filesTried) continue;
      const config = this.#known.get(segment.runId) ?? (await read(sourceOf(segment), onFailed));
      if (config === null) {
        failures.set(segment.runId, failed + 1);
        continue;
      }
      configs.set(segment.runId, config);
      this.#remember(segment.runId, config);
    }
    return configs;
  }

  #remember(runId: string, config: string): void {
    this.#known.delete(runId);
    this.#known.set(runId, config);
    const [oldest] = this.#known.keys();
    if (this.#known.size > runsKept && oldest !== undefined) this.#known.delete(oldest);
  }
}

async function read(source: SegmentFile, onFailed: (error: unknown) => void): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await videoInit(source))
      .digest('base64');
  } catch (error) {
    onFailed(error);
    return null;
  }
}
