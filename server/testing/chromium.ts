/** Chromium or Chrome, for playwright: the one that the launcher found, or Debian's. */
export const chromiumPath = process.env.NIGHTJAR_CHROMIUM ?? '/usr/bin/chromium';
