import type { Footage } from './footage.ts';
import type { FrameTimes } from './frames.ts';
import type { LocalTime } from './local-time.ts';
import type { Palette } from './palette.ts';
import type { Range } from './props.ts';
import type { Remarks } from './remarks.ts';
import type { RowPlace } from './rows.ts';
import type { View } from './view-store.ts';

/** All that one drawing of the timeline shows. Pixels are those of the page. */
export interface Scene {
  view: View;
  width: number;
  /** Of the strip with times, above the rows. */
  axisHeight: number;
  rows: readonly RowPlace[];
  /** Of all rows; what is scrolled away included. */
  rowsHeight: number;
  /** The rows that can be seen, pixels from the top of all. */
  visible: { top: number; bottom: number };
  palette: Palette;
  local: LocalTime;
  footage: Footage;
  frames: FrameTimes;
  remarks: Remarks;
  nowMs: number;
  playHeadMs: number;
  selection: Range | null;
  /** The pointer, pixels from the left and from the top of all rows (negative: over the times). */
  pointer: { x: number; y: number } | null;
  input: 'mouse' | 'thumb';
}
