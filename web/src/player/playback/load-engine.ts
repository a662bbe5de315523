import type { OpenEngine } from './engine.ts';

/**
 * hls.js where Media Source Extensions exist (also Safari, also iOS 17.1 and newer), so that all browsers behave alike;
 * otherwise the browser's own HLS player. The code is fetched on first use.
 */
export async function loadEngine(): Promise<OpenEngine> {
  const { isHlsSupported, openHlsEngine } = await import('./hls-engine.ts');
  if (isHlsSupported()) return openHlsEngine;
  return (await import('./native-engine.ts')).openNativeEngine;
}
