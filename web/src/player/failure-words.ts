import type { PlayerFailure } from './engine.ts';
import type { Way } from './live/transport.ts';
import { wayNames } from './protocol.ts';

export interface FailureWords {
  title: string;
  text: string;
}

/**
 * What a person has to know about a live picture that does not come; null where trying again is all there is to say.
 * @param codecName Of what the camera sends, e.g. `H.265`.
 */
export function failureWords(
  { code, message }: PlayerFailure,
  onlyWay: Way | null,
  codecName: string,
): FailureWords | null {
  if (code === 'encoder_busy') {
    return {
      title: 'Too many cameras are being converted',
      text: `This browser cannot play ${codecName}, and the recorder converts no more at once. It is tried again in a moment; recording is not affected.`,
    };
  }
  if (onlyWay && (code === 'live_not_possible' || code === 'no_path' || code === 'unsupported')) {
    return {
      title: `No picture by ${wayNames[onlyWay]}`,
      text: `${message} Choose “Automatic” under “Connection”.`,
    };
  }
  if (code === 'unsupported') {
    return {
      title: `This browser cannot play ${codecName}`,
      text: 'Recording is not affected. Another browser, or one with hardware decoding, may play it.',
    };
  }
  return null;
}
