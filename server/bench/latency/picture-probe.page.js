/**
 * In a page: notes when each picture of its live video is shown, and the number drawn in it (`Picture` of the simulated
 * camera), as the dots of its text. Times are Unix milliseconds.
 */
(() => {
  // Where the text is, in dots of the picture's own grid; `GreyPicture` of `readFrameNumber` has the same.
  const area = { left: 0, top: 30, width: 28, height: 10 };
  const bright = 140;
  const canvas = new OffscreenCanvas(area.width, area.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingEnabled = false;
  const seen = new WeakSet();
  /** @type {{ shownMs: number, dots: string }[]} */
  let pictures = [];
  let clickedMs = null;
  let firstMs = null;

  // Date.now() is the floor of the system clock: the largest difference is the true one.
  let offsetMs = Number.NEGATIVE_INFINITY;
  const look = () => {
    offsetMs = Math.max(offsetMs, Date.now() - performance.now());
  };
  for (let i = 0; i < 20_000; i++) look();
  setInterval(() => {
    // Slowly forgotten, for the system clock is slewed.
    offsetMs -= 0.01;
    for (let i = 0; i < 50; i++) look();
  }, 200);

  const dotsOf = (video) => {
    const unit = Math.max(1, Math.floor(Math.min(video.videoWidth / 80, video.videoHeight / 42)));
    const { left, top, width, height } = area;
    context.drawImage(video, left * unit, top * unit, width * unit, height * unit, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    let dots = '';
    for (let at = 0; at < data.length; at += 4) dots += data[at + 1] > bright ? '1' : '0';
    return dots;
  };

  const follow = (video) => {
    seen.add(video);
    const onPicture = (_, { expectedDisplayTime }) => {
      firstMs ??= expectedDisplayTime + offsetMs;
      pictures.push({ shownMs: expectedDisplayTime + offsetMs, dots: dotsOf(video) });
      if (video.isConnected) video.requestVideoFrameCallback(onPicture);
    };
    video.requestVideoFrameCallback(onPicture);
  };
  const search = () => {
    for (const video of document.querySelectorAll('video')) if (!seen.has(video)) follow(video);
    requestAnimationFrame(search);
  };
  requestAnimationFrame(search);
  addEventListener(
    'click',
    () => {
      clickedMs = performance.now() + offsetMs;
      firstMs = null;
    },
    { capture: true },
  );

  globalThis.pictureProbe = {
    /** What was shown since the last call. */
    take() {
      const taken = pictures;
      pictures = [];
      return taken;
    },
    /** From the last click to the first picture after it; null before it. */
    openedMs: () => (clickedMs === null || firstMs === null ? null : firstMs - clickedMs),
  };
})();
