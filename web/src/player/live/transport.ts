import type { LiveQuery, StreamName } from '@nightjar/contract';
import type { PlayerFailure } from '../engine.ts';
import { mediaSource } from './media-source.ts';
import type { RecorderClock } from './recorder-clock.ts';

/** Ways of getting a live picture, the fastest first. `ws`: a WebSocket for Media Source Extensions. */
export const ways = ['webrtc', 'ws', 'll-hls', 'hls'] as const;
export type Way = (typeof ways)[number];

/** What is to be shown. */
export interface LiveSource {
  cameraId: string;
  stream: StreamName;
  /** `h264`: converted by the recorder where the camera sends something else. */
  codec: NonNullable<LiveQuery['codec']>;
}

export interface TransportOptions {
  video: HTMLVideoElement;
  source: LiveSource;
  /** false: nobody listens, the sound may be left out. */
  withSound: boolean;
  clock: RecorderClock;
  /** The video has something to play. */
  onReady(): void;
  /** It is over; the transport is of no more use. */
  onFailure(failure: PlayerFailure): void;
}

/** One live stream in one video element, from opening on, until it fails or is destroyed. */
export interface LiveTransport {
  /** How old the picture shown is: ms since the recorder received it. null while that is not known. */
  latencyMs(): number | null;
  /** Bytes of media received so far; null when that is not known. */
  receivedBytes(): number | null;
  /** Lets go of the video element and of all connections. */
  destroy(): void;
}

/** Attaches to the video element at once. */
export type OpenTransport = (options: TransportOptions) => LiveTransport;

/** The code is fetched on first use. */
export async function loadTransport(way: Way): Promise<OpenTransport> {
  switch (way) {
    case 'webrtc':
      return (await import('./webrtc.ts')).openWebRtc;
    case 'ws':
      return (await import('./websocket.ts')).openWebSocket;
    case 'll-hls':
    case 'hls': {
      if (!mediaSource()) return (await import('./native-hls.ts')).openNativeHls;
      const { openHls } = await import('./hls.ts');
      return (options) => openHls(options, way === 'll-hls');
    }
  }
}

/** What this browser has the means for. */
export function supportedWays(): Way[] {
  const can: Record<Way, boolean> = {
    webrtc: 'RTCPeerConnection' in window,
    ws: mediaSource() !== undefined && 'WebSocket' in window,
    'll-hls': mediaSource() !== undefined,
    // Also by the browser itself (iOS before 17.1).
    hls: true,
  };
  return ways.filter((way) => can[way]);
}
