import { fetchSnapshot } from '../../api/fetch-snapshot.ts';
import { download, imageOf } from '../../player/frames.ts';
import { formatForFileName } from '../../time/format.ts';

/** A picture on the page that may be saved. */
export interface ShownPicture {
  cameraId: string;
  /** Wall time of the picture, Unix ms. */
  atMs: number;
  /** Shows it as it was recorded; null when it shows something smaller, a substream or nothing yet. */
  video: HTMLVideoElement | null;
}

/** `front-door_2026-11-22_14-03-22.480.jpg` */
export const snapshotName = ({ cameraId, atMs }: ShownPicture, timeZone: string): string =>
  `${cameraId}_${formatForFileName(atMs, timeZone)}.jpg`;

/**
 * Saves pictures in full resolution: those that are shown so as they are, others as the recorder has them of that moment.
 * Answers the names of the files; the cameras of which there was no picture are left out.
 */
export async function saveSnapshots(pictures: readonly ShownPicture[], timeZone: string): Promise<string[]> {
  const saved = await Promise.all(
    pictures.map(async (picture) => {
      const image = await jpegOf(picture);
      const name = snapshotName(picture, timeZone);
      if (image) download(image, name);
      return image && name;
    }),
  );
  return saved.filter((name) => name !== null);
}

/** Only over HTTPS and on the recorder itself (secure contexts, W3C Clipboard API section 2). */
export const canCopy = (): boolean => typeof ClipboardItem !== 'undefined' && navigator.clipboard !== undefined;

/** To the clipboard, which takes PNG everywhere and JPEG nowhere. @throws when the browser refuses. */
export async function copySnapshot(picture: ShownPicture): Promise<void> {
  // Given as a promise: the permission is that of the click, and it does not last.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(picture) })]);
}

async function jpegOf(picture: ShownPicture): Promise<Blob | null> {
  const shown = picture.video && (await imageOf(picture.video, 'image/jpeg'));
  return shown ?? fetchSnapshot(picture.cameraId, picture.atMs);
}

async function pngOf(picture: ShownPicture): Promise<Blob> {
  const shown = picture.video && (await imageOf(picture.video, 'image/png'));
  if (shown) return shown;
  const recorded = await fetchSnapshot(picture.cameraId, picture.atMs);
  if (!recorded) throw new Error('There is no picture of this moment.');
  const bitmap = await createImageBitmap(recorded);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
