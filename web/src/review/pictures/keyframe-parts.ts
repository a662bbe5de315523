/** What a decoder wants of an MP4 file with one frame, as the recorder makes it. */
export interface KeyframeParts {
  /** AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord. */
  description: Uint8Array;
  /** The frame, its NAL units with their lengths before them. */
  frame: Uint8Array;
}

/** The boxes that lead to the codec's configuration; of full boxes and sample entries, what is before the boxes in them. */
const containers: Record<string, number> = {
  moov: 0,
  trak: 0,
  mdia: 0,
  minf: 0,
  stbl: 0,
  stsd: 8,
  avc1: 78,
  hvc1: 78,
};

/** null when it is no such file. */
export function keyframeParts(file: ArrayBuffer): KeyframeParts | null {
  const found: Partial<KeyframeParts> = {};
  read(new DataView(file), 0, file.byteLength, found);
  const { description, frame } = found;
  return description && frame ? { description, frame } : null;
}

/** ISO 14496-12, 4.2. */
function read(view: DataView, start: number, end: number, found: Partial<KeyframeParts>): void {
  for (let at = start; at + 8 <= end; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...new Uint8Array(view.buffer, at + 4, 4));
    if (size < 8 || at + size > end) return;
    const inside = containers[type];
    if (inside !== undefined) read(view, at + 8 + inside, at + size, found);
    const content = () => new Uint8Array(view.buffer, at + 8, size - 8);
    if (type === 'avcC' || type === 'hvcC') found.description = content();
    if (type === 'mdat') found.frame = content();
    at += size;
  }
}
