// hls.js ships one set of types for both builds; the light one lacks what we do not use (subtitles, DRM, alternate audio).
declare module 'hls.js/light' {
  export * from 'hls.js';
  export { default } from 'hls.js';
}
