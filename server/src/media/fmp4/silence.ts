/**
 * Raw AAC frames without a sound, by number of channels, the same at every sample rate: one element per channel or pair
 * whose `max_sfb` is 0, so that no spectrum follows (ISO 14496-3, 4.4.2.1: raw_data_block).
 */
const frames: Readonly<Record<number, Buffer>> = {
  // ID_SCE, instance 0 (7 bits); global_gain 8, ics_info 11, three absent tools 3: all 0; ID_END 111.
  1: Buffer.from([0x00, 0x00, 0x00, 0x07]),
  // ID_CPE, instance 0, common_window 0 (8 bits); twice the 22 bits above; ID_END; one bit of alignment.
  2: Buffer.from([0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0e]),
};

/** null for surround sound, which no camera has been seen to send. */
export function silentFrame(channels: number): Buffer | null {
  return frames[channels] ?? null;
}
