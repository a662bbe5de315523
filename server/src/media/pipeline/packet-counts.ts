import { parseCaps } from '../gst/index.ts';

/** RTP packets of all tracks, since the connection began. */
export interface PacketCounts {
  /** In time or late. */
  received: number;
  /** Missing when those after them were needed. */
  lost: number;
  /** Of the lost: came after all, too late. */
  late: number;
}

/** @param stats the `stats` of each rtpjitterbuffer in their text form. */
export function packetCounts(stats: readonly string[]): PacketCounts {
  const counts = { received: 0, lost: 0, late: 0 };
  for (const text of stats) {
    const { fields } = parseCaps(text);
    const of = (name: string) => Number(fields[name] ?? 0);
    counts.received += of('num-pushed') + of('num-late');
    counts.lost += of('num-lost');
    counts.late += of('num-late');
  }
  return counts;
}
