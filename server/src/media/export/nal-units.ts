type Codec = 'h264' | 'h265';

/** The NAL units of an access unit with 4-byte lengths (ISO 14496-15). */
export function* nalUnits(data: Buffer): Generator<Buffer, void> {
  for (let at = 0; at + 4 < data.length; ) {
    const end = at + 4 + data.readUInt32BE(at);
    yield data.subarray(at + 4, end);
    at = end;
  }
}

export const nalType = (nal: Buffer, codec: Codec): number =>
  codec === 'h264' ? (nal[0] ?? 0) & 0x1f : ((nal[0] ?? 0) >> 1) & 0x3f;

/** Before which a decoder may have been given any other pictures. H.264: IDR; H.265: IRAP. */
export function isCleanKeyframe(data: Buffer, codec: Codec): boolean {
  for (const nal of nalUnits(data)) {
    const type = nalType(nal, codec);
    if (codec === 'h264' ? type === 5 : type >= 16 && type <= 21) return true;
  }
  return false;
}

/**
 * A keyframe (IDR) that may follow any other at once. Behind an H.265 CRA that begins a sequence decoders drop what they have
 * not shown yet (ITU-T H.265, C.5.2.2).
 */
export function isRefresh(data: Buffer, codec: Codec): boolean {
  for (const nal of nalUnits(data)) {
    const type = nalType(nal, codec);
    if (codec === 'h264' ? type === 5 : type === 19 || type === 20) return true;
  }
  return false;
}

const lengthOf = (nal: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(nal.length);
  return length;
};

/** An access unit of these NAL units. */
export const accessUnit = (nals: readonly Buffer[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [lengthOf(nal), nal]));

/** H.265: what follows may begin anew, whatever kind of keyframe it is (ITU-T H.265, 7.4.2.4.4: EOS_NUT). */
export const endOfSequence = Buffer.from([36 << 1, 1]);
