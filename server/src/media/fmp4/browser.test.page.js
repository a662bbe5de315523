// Runs in the browser that browser.test.ts starts.

/** Plays a file as `<video src>`: where it starts, how long it seems, and whether a seek ahead leads on to its end. */
globalThis.playFile = async (src) => {
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  const event = (name) =>
    new Promise((resolve) => {
      video.addEventListener(name, resolve, { once: true });
      video.addEventListener('error', resolve, { once: true });
    });
  const loaded = event('loadeddata');
  video.src = src;
  await loaded;
  const start = video.currentTime;
  const seeked = event('seeked');
  video.currentTime = start + 1;
  await seeked;
  const ended = event('ended');
  video.playbackRate = 4;
  await video.play();
  await ended;
  const { duration, currentTime: end, error } = video;
  const frames = video.getVideoPlaybackQuality().totalVideoFrames;
  video.remove();
  return { start, duration, end, frames, error: error?.message ?? null };
};

/** Appends base64 parts one by one to Media Source Extensions; gives the buffered ranges, seconds. */
globalThis.bufferedAfter = async (parts, type) => {
  const video = document.createElement('video');
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((open) => source.addEventListener('sourceopen', open, { once: true }));
  const buffer = source.addSourceBuffer(type);
  for (const part of parts) {
    buffer.appendBuffer(Uint8Array.from(atob(part), (char) => char.charCodeAt(0)));
    await new Promise((done) => buffer.addEventListener('updateend', done, { once: true }));
  }
  const ranges = buffer.buffered;
  return Array.from({ length: ranges.length }, (_, n) => [ranges.start(n), ranges.end(n)]);
};
