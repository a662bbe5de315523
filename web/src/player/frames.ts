/** Draws the picture `video` shows into `canvas`, at most `widest` pixels wide. false when there is none yet. */
export function drawFrame(
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
  widest = Number.POSITIVE_INFINITY,
): boolean {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return false;
  const scale = Math.min(1, widest / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return true;
}

/** The newest picture of each camera this page has shown, so that no view begins black. */
export class LastPictures {
  readonly #canvases = new Map<string, HTMLCanvasElement>();

  keep(cameraId: string, video: HTMLVideoElement): void {
    const canvas = this.#canvases.get(cameraId) ?? document.createElement('canvas');
    if (drawFrame(video, canvas, 960)) this.#canvases.set(cameraId, canvas);
  }

  /** Draws it; false when there is none. */
  show(cameraId: string, onto: HTMLCanvasElement): boolean {
    const kept = this.#canvases.get(cameraId);
    if (!kept) return false;
    onto.width = kept.width;
    onto.height = kept.height;
    onto.getContext('2d')?.drawImage(kept, 0, 0);
    return true;
  }

  has(cameraId: string): boolean {
    return this.#canvases.has(cameraId);
  }
}

/** The picture `video` shows, in full size; null when there is none. */
export function imageOf(video: HTMLVideoElement, type: 'image/jpeg' | 'image/png'): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  const { promise, resolve } = Promise.withResolvers<Blob | null>();
  if (drawFrame(video, canvas)) canvas.toBlob(resolve, type, 0.95);
  else resolve(null);
  return promise;
}

/** Saves it where the browser puts downloads. */
export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has its own reference once it began; a later turn of the loop is late enough in every browser.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Saves the picture `video` shows, in full size, as a JPEG. false when there is none. */
export async function downloadFrame(video: HTMLVideoElement, fileName: string): Promise<boolean> {
  const image = await imageOf(video, 'image/jpeg');
  if (image) download(image, fileName);
  return image !== null;
}
