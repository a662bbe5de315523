/** A folder that segments can be written to. */
export interface VolumeRoot {
  /** UUID, as in its identity file. */
  id: string;
  /** Absolute. */
  root: string;
}

/** A volume that failed is left alone for so long, unless main says meanwhile that it is well. */
const distrustMs = 5_000;

/** The volumes of one worker: in main's order, without those that have just failed here. */
export class VolumeChoice {
  readonly #monotonicMs: () => number;
  #volumes: readonly VolumeRoot[];
  readonly #failedAt = new Map<string, number>();

  constructor(volumes: readonly VolumeRoot[], monotonicMs: () => number) {
    this.#volumes = volumes;
    this.#monotonicMs = monotonicMs;
  }

  /** What main has just looked at is trusted again. */
  replace(volumes: readonly VolumeRoot[]): void {
    this.#volumes = volumes;
    this.#failedAt.clear();
  }

  failed(id: string): void {
    this.#failedAt.set(id, this.#monotonicMs());
  }

  /** The volume to write to; null while there is none. */
  get first(): VolumeRoot | null {
    return this.#volumes.find(({ id }) => this.#isTrusted(id)) ?? null;
  }

  /** Whether main wants it to be used. */
  includes(id: string): boolean {
    return this.#volumes.some((volume) => volume.id === id);
  }

  /** Another than `id`; null when there is none. */
  otherThan(id: string): VolumeRoot | null {
    return this.#volumes.find((volume) => volume.id !== id && this.#isTrusted(volume.id)) ?? null;
  }

  #isTrusted(id: string): boolean {
    const failedAt = this.#failedAt.get(id);
    return failedAt === undefined || this.#monotonicMs() - failedAt >= distrustMs;
  }
}
