import type { ErrorCode } from '@nightjar/contract';

/** Why playing stopped. `message` is for a person. `no_path`: the recorder answers, but its media do not come through. */
export interface PlayerFailure {
  code: ErrorCode | 'offline' | 'media' | 'unsupported' | 'stalled' | 'no_path';
  message: string;
}
