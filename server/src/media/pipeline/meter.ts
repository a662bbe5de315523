const windowMs = 5_000;

/** Frames and bytes per second over the last seconds. */
export class Meter {
  #marks: Array<{ atMs: number; frames: number; bytes: number }> = [];
  #frames = 0;
  #bytes = 0;

  add(frames: number, bytes: number): void {
    this.#frames += frames;
    this.#bytes += bytes;
  }

  /** Call about once a second with the monotonic clock. */
  mark(atMs: number): void {
    this.#marks.push({ atMs, frames: this.#frames, bytes: this.#bytes });
    while ((this.#marks[0]?.atMs ?? atMs) < atMs - windowMs) this.#marks.shift();
  }

  /** Null until two marks are a second apart. */
  rates(): { fps: number; bitrateKbps: number } | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.atMs - first.atMs < 900) return null;
    const seconds = (last.atMs - first.atMs) / 1000;
    return {
      fps: Math.round(((last.frames - first.frames) / seconds) * 10) / 10,
      bitrateKbps: Math.round(((last.bytes - first.bytes) * 8) / 1000 / seconds),
    };
  }
}
