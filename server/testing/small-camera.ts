import type { MountOptions } from './camera/index.ts';

/**
 * A simulated camera that costs little: small, and with the same name in the picture for all, so that those alike share
 * one cached clip. Three keyframes a second, ten seconds in the loop.
 */
export const smallCamera = (path: string, options: Partial<MountOptions> = {}): MountOptions => ({
  path,
  name: 'CAMERA',
  width: 320,
  height: 180,
  fps: 15,
  gopFrames: 5,
  audio: 'none',
  ...options,
});

export const smallCameraFrameMs = 1000 / 15;
