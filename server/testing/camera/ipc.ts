import type { Fault, FaultValue, MountOptions, SentFrames, SentPicture } from './options.ts';

export interface CamerasOptions {
  mounts: MountOptions[];
  /** 0, the default: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Encoded clips are kept here; default a folder in the system's temporary directory, shared by all. */
  cacheDir?: string;
}

/** test → camera process. */
export type Request =
  | { id: number; type: 'start'; options: CamerasOptions }
  | { id: number; type: 'fault'; path: string; fault: Fault; value: FaultValue }
  | { id: number; type: 'sent'; path: string }
  | { id: number; type: 'sent-pictures'; path: string };

/** camera process → test: one for each request. `start` is answered with the URLs by path. */
export type Reply =
  | { id: number; ok: true; value: Record<string, string> | SentFrames | SentPicture[] | null }
  | { id: number; ok: false; error: string };
