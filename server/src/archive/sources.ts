import { stat } from 'node:fs/promises';
import type { Segment } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import { isMissing } from '../shared/is-missing.ts';

interface Volumes {
  list(): ReadonlyArray<{ id: string; name: string }>;
  isPresent(id: string): boolean;
}

/** @throws {NvrError} `volume_unusable` when a disk with some of the segments is not there. */
export function requirePresent(volumes: Volumes, segments: readonly Segment[]): void {
  const missing = segments.find(({ volumeId }) => !volumes.isPresent(volumeId))?.volumeId;
  if (missing === undefined) return;
  const name = volumes.list().find(({ id }) => id === missing)?.name ?? missing;
  throw new NvrError('volume_unusable', `A part of it lies on the volume "${name}", which is missing. Mount its disk.`);
}

interface Index {
  fileOf(segment: Segment): string;
  onFileMissing(segment: Segment): Promise<void>;
}

/** Has the index forget those whose files are gone. */
export async function forgetMissing(index: Index, segments: readonly Segment[]): Promise<void> {
  for (const segment of segments) {
    const error = await stat(index.fileOf(segment)).then(
      () => null,
      (error: unknown) => error,
    );
    if (error && isMissing(error)) await index.onFileMissing(segment);
  }
}
