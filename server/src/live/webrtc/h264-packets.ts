/** The header of a NAL unit that carries others, or a part of one (RFC 6184 section 5.2). */
const stapA = 24;
const fuA = 28;

const sps = 7;
/** Of no use to a decoder: access unit delimiter, end of sequence, end of stream, filler data. */
const droppedTypes = new Set([9, 10, 11, 12]);

/**
 * A picture as RTP payloads of at most `maxBytes` (RFC 6184, packetization-mode 1), in order; the last one takes the
 * marker bit. Small NAL units share a payload (STAP-A), large ones are spread over several (FU-A).
 *
 * @param accessUnit NAL units with 4-byte lengths.
 * @param parameterSets Put before it unless it has its own: what a decoder needs at a keyframe; [] at other pictures.
 */
export function h264Payloads(accessUnit: Uint8Array, parameterSets: readonly Uint8Array[], maxBytes: number): Buffer[] {
  const own = nalUnits(accessUnit);
  const units = own.some((unit) => typeOf(unit) === sps) ? own : [...parameterSets, ...own];
  const payloads: Buffer[] = [];
  let together: Uint8Array[] = [];
  let togetherBytes = 1;
  const flush = () => {
    const [only] = together;
    if (only) payloads.push(together.length === 1 ? Buffer.from(only) : aggregate(together));
    together = [];
    togetherBytes = 1;
  };
  for (const unit of units) {
    if (togetherBytes + 2 + unit.length > maxBytes) flush();
    if (unit.length > maxBytes) payloads.push(...fragments(unit, maxBytes));
    else {
      together.push(unit);
      togetherBytes += 2 + unit.length;
    }
  }
  flush();
  return payloads;
}

const typeOf = (unit: Uint8Array): number => (unit[0] ?? 0) & 0x1f;

/** Without those that are dropped, and up to the first whose length cannot be. */
function nalUnits(accessUnit: Uint8Array): Uint8Array[] {
  const view = new DataView(accessUnit.buffer, accessUnit.byteOffset, accessUnit.length);
  const units: Uint8Array[] = [];
  for (let at = 0; at + 4 < accessUnit.length; ) {
    const end = at + 4 + view.getUint32(at);
    if (end > accessUnit.length) break;
    const unit = accessUnit.subarray(at + 4, end);
    if (unit.length > 0 && !droppedTypes.has(typeOf(unit))) units.push(unit);
    at = end;
  }
  return units;
}

function aggregate(units: readonly Uint8Array[]): Buffer {
  const importance = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  const payload = Buffer.allocUnsafe(1 + units.reduce((sum, unit) => sum + 2 + unit.length, 0));
  payload[0] = importance | stapA;
  let at = 1;
  for (const unit of units) {
    payload.writeUInt16BE(unit.length, at);
    payload.set(unit, at + 2);
    at += 2 + unit.length;
  }
  return payload;
}

function fragments(unit: Uint8Array, maxBytes: number): Buffer[] {
  const header = unit[0] ?? 0;
  const count = Math.ceil((unit.length - 1) / (maxBytes - 2));
  // Of about the same size: a last packet of a few bytes costs as much as a full one.
  const size = Math.ceil((unit.length - 1) / count);
  return Array.from({ length: count }, (_, index) => {
    const part = unit.subarray(1 + index * size, 1 + (index + 1) * size);
    const payload = Buffer.allocUnsafe(2 + part.length);
    payload[0] = (header & 0xe0) | fuA;
    payload[1] = (index === 0 ? 0x80 : 0) | (index === count - 1 ? 0x40 : 0) | (header & 0x1f);
    payload.set(part, 2);
    return payload;
  });
}

/** SPS and PPS of an AVCDecoderConfigurationRecord (ISO 14496-15, 5.3.3.1), as far as it is whole. */
export function parameterSetsOf(record: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    for (let index = 0; index < count; index += 1) {
      const end = at + 2 + (((record[at] ?? 0) << 8) | (record[at + 1] ?? 0));
      if (end > record.length) return sets;
      sets.push(record.subarray(at + 2, end));
      at = end;
    }
  }
  return sets;
}
