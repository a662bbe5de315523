import type { KeyframeFile } from '../../api/pictures.ts';
import { keyframeParts } from './keyframe-parts.ts';

/** A picture drawn small, to be drawn from again; its size is that of the canvas. */
export type SmallPicture = HTMLCanvasElement;

/** Decodes keyframes, one after the other. */
export interface KeyframeDecoder {
  /** null when this browser cannot decode it. */
  decode(file: KeyframeFile, width: number): Promise<SmallPicture | null>;
}

/** The best that this browser has: WebCodecs, which pages have over HTTPS and on the same machine only; else a video. */
export const keyframeDecoder = (): KeyframeDecoder =>
  'VideoDecoder' in window ? new CodecDecoder() : new VideoElementDecoder();

/** One that takes longer has given up: some do without a word. */
const patienceMs = 3_000;

class CodecDecoder implements KeyframeDecoder {
  readonly #supported = new Map<string, Promise<boolean>>();
  #turn: Promise<unknown> = Promise.resolve();

  async decode(file: KeyframeFile, width: number): Promise<SmallPicture | null> {
    const parts = keyframeParts(file.bytes);
    if (!parts || !(await this.#canDecode(file.codec))) return null;
    const config: VideoDecoderConfig = {
      codec: file.codec,
      description: parts.description,
      optimizeForLatency: true,
    };
    const decoded = this.#turn.then(() => decodeFrame(config, parts.frame, width));
    this.#turn = decoded;
    return decoded;
  }

  #canDecode(codec: string): Promise<boolean> {
    const known =
      this.#supported.get(codec) ??
      VideoDecoder.isConfigSupported({ codec }).then(
        ({ supported }) => supported === true,
        () => false, // it cannot even read the codec's name
      );
    this.#supported.set(codec, known);
    return known;
  }
}

/** Never rejects, so that the next in the row has its turn. */
async function decodeFrame(config: VideoDecoderConfig, data: Uint8Array, width: number): Promise<SmallPicture | null> {
  let picture: SmallPicture | null = null;
  const decoder = new VideoDecoder({
    output: (frame) => {
      picture ??= drawn(frame, frame.displayWidth, frame.displayHeight, width);
      frame.close();
    },
    // `flush` rejects with it.
    error: () => {},
  });
  try {
    decoder.configure(config);
    decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data }));
    await within(patienceMs, decoder.flush());
  } catch {
    picture = null;
  }
  if (decoder.state !== 'closed') decoder.close();
  return picture;
}

class VideoElementDecoder implements KeyframeDecoder {
  readonly #video = document.createElement('video');
  #turn: Promise<unknown> = Promise.resolve();

  constructor() {
    // Phones load nothing of a video that may not play by itself.
    this.#video.muted = true;
    this.#video.autoplay = true;
    this.#video.playsInline = true;
  }

  decode(file: KeyframeFile, width: number): Promise<SmallPicture | null> {
    const decoded = this.#turn.then(() => this.#show(file, width));
    this.#turn = decoded;
    return decoded;
  }

  async #show({ bytes, codec }: KeyframeFile, width: number): Promise<SmallPicture | null> {
    const video = this.#video;
    const type = `video/mp4; codecs="${codec}"`;
    if (video.canPlayType(type) === '') return null;
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    try {
      const shown = new Promise<void>((resolve, reject) => {
        video.onloadeddata = () => resolve();
        video.onerror = () => reject(new Error('not decoded'));
      });
      video.src = url;
      await within(patienceMs, shown);
      return drawn(video, video.videoWidth, video.videoHeight, width);
    } catch {
      return null;
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}

/** @throws when the image cannot be decoded. */
export async function decodeJpeg(jpeg: Blob, width: number): Promise<SmallPicture> {
  const bitmap = await createImageBitmap(jpeg);
  const picture = drawn(bitmap, bitmap.width, bitmap.height, width);
  bitmap.close();
  return picture;
}

function drawn(image: CanvasImageSource, fullWidth: number, fullHeight: number, width: number): SmallPicture {
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(width, fullWidth);
  canvas.height = Math.max(1, Math.round((canvas.width * fullHeight) / fullWidth));
  const context = canvas.getContext('2d', { alpha: false });
  if (context) {
    context.imageSmoothingQuality = 'medium';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
  }
  return canvas;
}

function within<Result>(ms: number, wanted: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => reject(new Error('took too long')), ms);
    wanted.then(resolve, reject).finally(() => window.clearTimeout(timer));
  });
}
