import type { Transport } from '@nightjar/contract';

/** In which order the ways to carry RTP are tried. */
export const transportsOf = (transport: Transport): ReadonlyArray<'tcp' | 'udp'> =>
  transport === 'auto' ? ['tcp', 'udp'] : [transport];
