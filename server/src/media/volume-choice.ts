/** A folder that segments can be written to. */
export interface VolumeRoot {
  /** UUID, as in its identity file. */
  id: string;
  /** Absolute. */
  root: string;
}

/** What main has to record on. */
export interface VolumeOffer {
  /** Those that can be written to now, in the order of use. */
  volumes: readonly VolumeRoot[];
  /** Why there is none, when there is none. */
  ifNone: { code: 'disk_full' | 'disk_error'; message: string };
}

/** A volume that failed is left alone for so long, unless main says meanwhile that it is well. */
const distrustMs = 5_000;

/** The volumes of one worker: in main's order, without those that have just failed here. */
export class VolumeChoice {
  readonly #monotonicMs: () => number;
  #offer: VolumeOffer;
  readonly #failedAt = new Map<string, number>();

  constructor(offer: VolumeOffer, monotonicMs: () => number) {
    this.#offer = offer;
    this.#monotonicMs = monotonicMs;
  }

  /** What main has just looked at is trusted again. */
  replace(offer: VolumeOffer): void {
    this.#offer = offer;
    this.#failedAt.clear();
  }

  /** Why there is no volume at all; null while there is one, though it may have failed just now. */
  get whyNone(): VolumeOffer['ifNone'] | null {
    return this.#offer.volumes.length === 0 ? this.#offer.ifNone : null;
  }

  failed(id: string): void {
    this.#failedAt.set(id, this.#monotonicMs());
  }

  /** The volume to write to; null while there is none. */
  get first(): VolumeRoot | null {
    return this.#offer.volumes.find(({ id }) => this.#isTrusted(id)) ?? null;
  }

  /** Whether main wants it to be used. */
  includes(id: string): boolean {
    return this.#offer.volumes.some((volume) => volume.id === id);
  }

  /** Another than `id`; null when there is none. */
  otherThan(id: string): VolumeRoot | null {
    return this.#offer.volumes.find((volume) => volume.id !== id && this.#isTrusted(volume.id)) ?? null;
  }

  #isTrusted(id: string): boolean {
    const failedAt = this.#failedAt.get(id);
    return failedAt === undefined || this.#monotonicMs() - failedAt >= distrustMs;
  }
}
