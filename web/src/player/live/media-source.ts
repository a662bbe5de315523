type WithMediaSources = Window & {
  MediaSource?: typeof MediaSource;
  /** Safari's; on iPhones the only one. */
  ManagedMediaSource?: typeof MediaSource;
};

/** Media Source Extensions, where the browser has them. */
export const mediaSource = (): typeof MediaSource | undefined => {
  const { MediaSource: common, ManagedMediaSource: managed } = window as WithMediaSources;
  return common ?? managed;
};

export const canPlay = (mime: string): boolean => mediaSource()?.isTypeSupported(mime) ?? false;

/** Whether this browser decodes H.265 at all; for a certain stream, its MIME type decides. */
export function decodesH265(): boolean {
  const mime = 'video/mp4; codecs="hvc1.1.6.L93.B0"';
  return mediaSource() ? canPlay(mime) : document.createElement('video').canPlayType(mime) !== '';
}
