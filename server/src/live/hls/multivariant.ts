import { streamInf, type Variant } from '../../shared/hls.ts';
import type { HlsWindow } from './window.ts';

/** A rendition of the camera's picture. */
export interface Rendition {
  /** Of its media playlist, relative to the multivariant one. */
  uri: string;
  window: HlsWindow;
}

/** Segments to come may be heavier than those so far. */
const headroom = 1.1;

/**
 * Multivariant playlist; the first rendition is the one players begin with. The others are in it as far as players can
 * change over to them: with sound if, and only if, the first has sound.
 */
export function multivariantPlaylist(renditions: readonly Rendition[]): string {
  const variants = renditions.flatMap(({ uri, window }) => {
    const variant = variantOf(window);
    return variant ? [{ uri, variant }] : [];
  });
  const sounds = variants[0]?.variant.codecs.length;
  const alike = variants.filter(({ variant }) => variant.codecs.length === sounds);
  const lines = alike.flatMap(({ uri, variant }) => [streamInf(variant), uri]);
  return ['#EXTM3U', '#EXT-X-VERSION:9', ...lines, ''].join('\n');
}

function variantOf({ listed, timing }: HlsWindow): Variant | null {
  const run = listed.at(-1)?.run;
  if (!run || !timing) return null;
  const segments = listed.filter((segment) => segment.run === run);
  const bits = segments.map(({ bytes }) => bytes.length * 8);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    bandwidth: Math.max(...segments.map(({ durationMs }, at) => ((bits[at] ?? 0) * 1000) / durationMs)) * headroom,
    averageBandwidth: (sum(bits) * 1000) / sum(segments.map(({ durationMs }) => durationMs)),
    codecs: run.codecStrings,
    width: run.video.width,
    height: run.video.height,
    frameRate: 1000 / timing.frameMs,
  };
}
