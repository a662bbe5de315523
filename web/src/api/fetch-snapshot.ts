import { snapshotUrl } from './media-urls.ts';

/** The frame that was shown at `atMs`, in full resolution, as a JPEG; null when there is none, or no answer. */
export async function fetchSnapshot(cameraId: string, atMs: number): Promise<Blob | null> {
  // A frame is the picture from its time on: of a time with a fraction, the whole millisecond before has the one before.
  const response = await fetch(snapshotUrl(cameraId, Math.ceil(atMs))).catch(() => null);
  return response?.ok ? response.blob() : null;
}
