import type { VideoConfig } from '../access-unit.ts';
import { nalType } from './nal-units.ts';

/** AVCDecoderConfigurationRecord (ISO 14496-15, 5.3.3.1). */
interface AvcRecord {
  /** Version, profile, compatibility, level, length of lengths. */
  head: Buffer;
  sequenceSets: Buffer[];
  pictureSets: Buffer[];
  /** What high profiles have behind them. */
  rest: Buffer;
}

export function readAvcRecord(record: Buffer): AvcRecord {
  let at = 5;
  const sets = (mask: number): Buffer[] => {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    return Array.from({ length: count }, () => {
      const end = at + 2 + record.readUInt16BE(at);
      const unit = record.subarray(at + 2, end);
      at = end;
      return unit;
    });
  };
  const sequenceSets = sets(0x1f);
  const pictureSets = sets(0xff);
  return { head: record.subarray(0, 5), sequenceSets, pictureSets, rest: record.subarray(at) };
}

/**
 * One configuration for pictures of two encoders that number their parameter sets differently, so that any player has both
 * from the beginning. The head is the first's, with the higher level.
 */
export function joinedAvcRecord(first: Buffer, second: Buffer): Buffer {
  const [a, b] = [readAvcRecord(first), readAvcRecord(second)];
  const head = Buffer.from(a.head);
  head[3] = Math.max(a.head[3] ?? 0, b.head[3] ?? 0);
  const sequenceSets = [...a.sequenceSets, ...b.sequenceSets];
  const pictureSets = [...a.pictureSets, ...b.pictureSets];
  const counted = (bits: number, sets: Buffer[]) =>
    Buffer.concat([Buffer.from([bits | sets.length]), ...sets.flatMap((set) => [lengthOf(set), set])]);
  return Buffer.concat([head, counted(0xe0, sequenceSets), counted(0, pictureSets), a.rest]);
}

function lengthOf(unit: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(unit.length);
  return length;
}

/** A number for parameter sets that none of the source's has: 1 to 31. */
export function freeParameterSetId({ codecData }: VideoConfig): number {
  const { sequenceSets, pictureSets } = readAvcRecord(codecData);
  // Behind NAL header, profile, compatibility and level; of a picture set right behind the NAL header.
  const used = new Set([
    ...sequenceSets.map((set) => firstNumber(set.subarray(4))),
    ...pictureSets.map((set) => firstNumber(set.subarray(1))),
  ]);
  for (let id = 1; id < 32; id += 1) if (!used.has(id)) return id;
  return 31;
}

/** ue(v), up to 16 bits of it (ITU-T H.264, 9.1). */
function firstNumber(data: Buffer): number {
  const bits = (((data[0] ?? 0) << 16) | ((data[1] ?? 0) << 8) | (data[2] ?? 0)) >>> 0;
  const zeros = Math.clz32(bits) - 8;
  return zeros > 8 ? -1 : (bits >> (24 - 2 * zeros - 1)) - 1;
}

/** The parameter sets of an HEVCDecoderConfigurationRecord (ISO 14496-15, 8.3.3.1), in order. */
export function hevcParameterSets(record: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let at = 23;
  for (let array = 0; array < (record[22] ?? 0); array += 1) {
    const count = record.readUInt16BE(at + 1);
    at += 3;
    for (let unit = 0; unit < count; unit += 1) {
      const end = at + 2 + record.readUInt16BE(at);
      sets.push(record.subarray(at + 2, end));
      at = end;
    }
  }
  return sets.filter((set) => [32, 33, 34].includes(nalType(set, 'h265')));
}

/** H.264: profile of what is encoded beside pictures of this one, for pipeline text; '' leaves it to the encoder. */
export function profileCaps({ codecData }: VideoConfig): string {
  const names: Readonly<Record<number, string>> = { 66: 'constrained-baseline', 77: 'main', 100: 'high' };
  const name = names[codecData[1] ?? 0];
  return name === undefined ? '' : `,profile=${name}`;
}
