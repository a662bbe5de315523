import { parse } from 'sdp-transform';
import { NvrError } from '../../shared/errors.ts';
import { isUsable } from './offer.ts';

const maxCandidates = 32;

/**
 * The candidates of a fragment (RFC 8840) that are of use, as `candidate:…`.
 * @throws {NvrError} `unsupported_change` when it asks for new credentials, which is an ICE restart.
 */
export function readFragment(lines: readonly string[], iceUfrag: string): string[] {
  // A fragment is a description without its head.
  const fragment = parse(['v=0', ...lines].join('\r\n'));
  for (const name of [fragment, ...fragment.media].map(({ iceUfrag }) => iceUfrag)) {
    if (name !== undefined && String(name) !== iceUfrag) {
      throw new NvrError('unsupported_change', 'ICE cannot be restarted here; open another session.');
    }
  }
  return fragment.media
    .flatMap(({ candidates }) => candidates ?? [])
    .filter(isUsable)
    .slice(0, maxCandidates)
    .map(
      ({ foundation, component, transport, priority, ip, port, type }) =>
        `candidate:${foundation} ${component} ${transport} ${priority} ${ip} ${port} typ ${type}`,
    );
}
