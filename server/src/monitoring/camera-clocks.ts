import type { NewEvent } from './event-log.ts';
import { durationText } from './words.ts';

/** A camera's clock is told as wrong beyond the first, and as right again below the second. */
const wrongMs = 5_000;
const rightMs = 2_500;

interface CameraClocksParts {
  nameOf(cameraId: string): string;
  tell(event: NewEvent): void;
}

/** Tells of cameras whose clock is wrong. Recordings go by the recorder's clock; the camera's own text may not. */
export class CameraClocks {
  readonly #parts: CameraClocksParts;
  readonly #wrong = new Set<string>();

  constructor(parts: CameraClocksParts) {
    this.#parts = parts;
  }

  /** @param offsetMs positive when the camera's clock is ahead. */
  onOffset(cameraId: string, offsetMs: number): void {
    const isWrong = this.#wrong.has(cameraId);
    const awayMs = Math.abs(offsetMs);
    if (isWrong ? awayMs >= rightMs : awayMs <= wrongMs) return;
    const name = this.#parts.nameOf(cameraId);
    if (isWrong) {
      this.#wrong.delete(cameraId);
      const message = `The clock of ${name} agrees with the recorder's again.`;
      this.#parts.tell({ kind: 'camera_clock', level: 'info', cameraId, message });
      return;
    }
    this.#wrong.add(cameraId);
    const where = `${durationText(awayMs)} ${offsetMs > 0 ? 'ahead of' : 'behind'}`;
    const message = `The clock of ${name} is ${where} the recorder's. Recordings have the recorder's time; let the camera use NTP.`;
    this.#parts.tell({ kind: 'camera_clock', level: 'warning', cameraId, message });
  }

  forget(cameraId: string): void {
    this.#wrong.delete(cameraId);
  }
}
