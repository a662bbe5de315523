import type { Video } from '@nightjar/contract';
import { NvrError } from '../../shared/errors.ts';

/** The picture must be encoded, and this process has no encoder: one that has looked for one has to take it. */
export class EncoderNeeded extends NvrError {
  constructor() {
    super(
      'pipeline_failed',
      'The picture of this source has to be encoded to H.264, with an encoder such as x264enc (gstreamer1.0-plugins-ugly).',
    );
  }
}

/** Why there is no encoder. */
export const encoderMissing = ({ mode }: Video): NvrError =>
  mode === 'encode'
    ? new NvrError(
        'pipeline_failed',
        'No H.264 encoder works on this machine. Install gstreamer1.0-plugins-ugly (x264enc).',
      )
    : new EncoderNeeded();

/** The settings by which a picture is encoded that cannot be kept as it is, though nobody asked for encoding. */
export const fitForEncoding = (video: Video): Video =>
  video.mode === 'encode' ? video : { ...video, fps: null, height: null, overlay: null };
