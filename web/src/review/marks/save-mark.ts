import type { CameraId, Mark, MarkCreate } from '@nightjar/contract';
import { createMark, updateMark } from '../../api/mark-queries.ts';

type Wish = Required<Omit<MarkCreate, 'cameraId'>> & { cameraIds: readonly string[] };

/** Changes `old`, or makes a mark of each camera. @throws {ApiFailure} the first refusal; marks made by then stay. */
export async function saveMark(old: Mark | null, { cameraIds, ...wish }: Wish): Promise<void> {
  if (old) {
    const { kind, from, to, title, note } = wish;
    await updateMark(old.id, { kind, from, to, title, note });
    return;
  }
  for (const cameraId of cameraIds) await createMark({ cameraId: cameraId as CameraId, ...wish });
}
