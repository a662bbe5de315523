type Profile = 'constrained-baseline' | 'baseline' | 'main' | 'constrained-high' | 'high' | 'high-4:4:4';

/**
 * Bits of profile_idc and of the constraint flags that make a profile (RFC 6184 section 8.1, table 5; ITU-T H.264 A.2);
 * `x` is any.
 */
const patterns: [profileIdc: number, constraints: string, profile: Profile][] = [
  [0x42, 'x1xx0000', 'constrained-baseline'],
  [0x4d, '1xxx0000', 'constrained-baseline'],
  [0x58, '11xx0000', 'constrained-baseline'],
  [0x42, 'x0xx0000', 'baseline'],
  [0x58, '10xx0000', 'baseline'],
  [0x4d, '0x0x0000', 'main'],
  [0x64, '00001100', 'constrained-high'],
  [0x64, '0000x000', 'high'],
  [0xf4, '0000x000', 'high-4:4:4'],
];

/**
 * What decoders of which profile show a stream of this one, the best match first. What live view passes on has no
 * B-frames and no interlacing that a constrained profile would exclude; baseline's own tools (FMO, ASO) no camera uses.
 * High 4:4:4 is what Chromium offers for its own decoder, which shows high (A.3.1, profile_idc 244), where the machine has none.
 */
const decoders: Record<Profile, readonly Profile[]> = {
  'constrained-baseline': ['constrained-baseline', 'baseline', 'main', 'constrained-high', 'high', 'high-4:4:4'],
  baseline: ['baseline', 'constrained-baseline', 'main', 'constrained-high', 'high', 'high-4:4:4'],
  main: ['main', 'high', 'constrained-high', 'high-4:4:4'],
  'constrained-high': ['constrained-high', 'high', 'high-4:4:4'],
  high: ['high', 'constrained-high', 'high-4:4:4'],
  'high-4:4:4': ['high-4:4:4'],
};

function profileOf(profileIdc: number, constraints: number): Profile | null {
  const bits = constraints.toString(2).padStart(8, '0');
  const matches = (pattern: string) => [...pattern].every((wanted, at) => wanted === 'x' || wanted === bits[at]);
  return patterns.find(([idc, pattern]) => idc === profileIdc && matches(pattern))?.[2] ?? null;
}

/** @param profileLevelId As in `a=fmtp`, six hexadecimal digits; without one, RFC 6184 means baseline. */
function offeredProfile(profileLevelId: string | undefined): Profile | null {
  if (profileLevelId === undefined) return 'baseline';
  if (!/^[0-9a-f]{6}$/i.test(profileLevelId)) return null;
  return profileOf(Number.parseInt(profileLevelId.slice(0, 2), 16), Number.parseInt(profileLevelId.slice(2, 4), 16));
}

/**
 * How well a decoder for `profileLevelId` fits the stream: 0 is best; null is not at all. The level is left aside, as
 * browsers do, who offer 3.1 and decode what the machine can.
 *
 * @param record AVCDecoderConfigurationRecord of the stream.
 */
export function profileFit(record: Uint8Array, profileLevelId: string | undefined): number | null {
  const stream = profileOf(record[1] ?? 0, record[2] ?? 0);
  const decoder = offeredProfile(profileLevelId);
  const fit = stream && decoder ? decoders[stream].indexOf(decoder) : -1;
  return fit < 0 ? null : fit;
}

/** For messages: `high`, or the numbers of one that no browser offers. */
export function profileName(record: Uint8Array): string {
  return profileOf(record[1] ?? 0, record[2] ?? 0)?.replace('-', ' ') ?? `number ${record[1]}`;
}
