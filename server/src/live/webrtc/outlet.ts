import { h264Payloads } from './h264-packets.ts';
import type { SentPicture } from './protocol.ts';

/** A picture ready to be sent to any number of viewers. */
export interface Picture {
  utcMs: number;
  keyframe: boolean;
  payloads: Buffer[];
}

export interface PictureListener {
  onPicture(picture: Picture): void;
}

/** What fits into a packet of 1280 bytes, the least that IPv6 carries, with the headers of all layers and TURN's. */
const maxPayloadBytes = 1_150;
const maxGopBytes = 16 * 1024 * 1024;

/** A stream on its way to its viewers: made into payloads once, whatever their number. */
export class Outlet {
  readonly #listeners = new Set<PictureListener>();
  #parameterSets: Uint8Array[] = [];
  #gop: Picture[] = [];
  #gopBytes = 0;

  /** The newest pictures from a keyframe on; [] when there are none, or too many to be sent afterwards. */
  get gop(): readonly Picture[] {
    return this.#gopBytes <= maxGopBytes ? this.#gop : [];
  }

  onRun(parameterSets: Uint8Array[]): void {
    this.#parameterSets = parameterSets;
    this.onGap();
  }

  onGap(): void {
    this.#gop = [];
    this.#gopBytes = 0;
  }

  onPictures(pictures: readonly SentPicture[]): void {
    for (const { utcMs, keyframe, data } of pictures) {
      const payloads = h264Payloads(data, keyframe ? this.#parameterSets : [], maxPayloadBytes);
      const picture = { utcMs, keyframe, payloads };
      if (keyframe) this.onGap();
      this.#gopBytes += data.length;
      if (this.#gopBytes <= maxGopBytes) this.#gop.push(picture);
      else this.#gop = [];
      for (const listener of this.#listeners) listener.onPicture(picture);
    }
  }

  /** From the next picture on. @returns ends it. */
  subscribe(listener: PictureListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
