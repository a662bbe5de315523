/**
 * In the review page: how soon what was asked for is to be seen, and how evenly frames follow one another. The picture's
 * clock (`month/clock-picture.ts` of the tests) is recognised by its dots. Times are milliseconds of `performance.now()`.
 */
(() => {
  const [width, height] = [320, 192];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const small = new OffscreenCanvas(96, 24);
  const smallContext = small.getContext('2d', { willReadFrequently: true });
  const bright = 150;
  /** A timeline that has not changed for so long is drawn. */
  const calmMs = 400;
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));

  const dotsOf = (source, at) => {
    context.drawImage(source, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return at.map(([x, y]) => (data[(y * width + x) * 4 + 1] > bright ? '1' : '0')).join('');
  };

  /** What is seen of the recording: the video, or what stands before it. */
  const shown = () => {
    const still = document.querySelector('[data-testid="review-video"] ~ canvas[data-shown="true"]');
    if (still && still.width > 0) return still;
    const video = document.querySelector('[data-testid="review-video"]');
    return video && video.readyState >= 2 ? video : null;
  };

  /** Resolves with the time of the next event of a kind. */
  const next = (kind) =>
    new Promise((resolve) => {
      addEventListener(kind, () => resolve(performance.now()), { capture: true, once: true });
    });

  /** From the next key until one of the clocks is to be read in the picture; null when none is in time. */
  const seek = async ({ at, wanted, withinMs }) => {
    const began = await next('keydown');
    for (let now = began; now - began < withinMs; now = await nextFrame()) {
      const source = shown();
      if (source && wanted.includes(dotsOf(source, at))) return Math.max(0, now - began);
    }
    return null;
  };

  const look = () => {
    smallContext.clearRect(0, 0, 96, 24);
    for (const part of document.querySelectorAll('[data-testid="review-timeline"] canvas')) {
      if (part.width > 0 && part.height > 0) smallContext.drawImage(part, 0, 0, 96, 24);
    }
    return smallContext.getImageData(0, 0, 96, 24).data.join();
  };

  /** From the next click until the timeline's last change. */
  const draw = async ({ withinMs }) => {
    const began = await next('click');
    let before = look();
    let changed = began;
    for (let now = began; now - began < withinMs && now - changed < calmMs; now = await nextFrame()) {
      const seen = look();
      if (seen !== before) changed = now;
      before = seen;
    }
    return changed - began;
  };

  /** From the next movement of the pointer until the picture of a moment in `[from, to]` is shown. */
  const hover = async ({ from, to, withinMs }) => {
    const began = await next('pointermove');
    for (let now = began; now - began < withinMs; now = await nextFrame()) {
      const picture = document.querySelector('[data-testid="moment-picture"][data-state="shown"]');
      const at = Number(picture?.dataset.at);
      if (picture?.dataset.stale === 'false' && at >= from && at <= to) return Math.max(0, now - began);
    }
    return null;
  };

  let frames = null;
  const startFrames = () => {
    frames = [];
    const note = () => {
      frames?.push(performance.now());
      if (frames) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  };
  /** The times between frames since `startFrames`. */
  const takeFrames = () => {
    const times = frames ?? [];
    frames = null;
    return times.slice(1).map((at, index) => at - times[index]);
  };

  const measures = { seek, draw, hover };
  let result = null;
  /** Begins to wait for what is to be measured; then it may be done. */
  const arm = (what, wish) => {
    result = measures[what](wish);
  };

  globalThis.reviewProbe = { arm, result: () => result, startFrames, takeFrames };
})();
