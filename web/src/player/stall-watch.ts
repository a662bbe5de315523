interface StallWatch {
  video: HTMLVideoElement;
  /** Whether the picture ought to move, or a first one to come. */
  expectsProgress(): boolean;
  onStall(): void;
  signal: AbortSignal;
}

const checkEveryMs = 1_000;
const giveUpMs = 10_000;

/** Tells when a video has stood still although it should not, each time for 10 s; a hidden tab does not count. */
export function watchForStalls({ video, expectsProgress, onStall, signal }: StallWatch): void {
  let lastS = -1;
  let movedAt = performance.now();
  const timer = window.setInterval(() => {
    const now = performance.now();
    if (video.currentTime !== lastS || document.hidden || !expectsProgress()) {
      lastS = video.currentTime;
      movedAt = now;
    } else if (now - movedAt >= giveUpMs) {
      movedAt = now;
      onStall();
    }
  }, checkEveryMs);
  signal.addEventListener('abort', () => window.clearInterval(timer), { once: true });
}
