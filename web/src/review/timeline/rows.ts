import type { TimelineCamera } from './props.ts';

/** Where a camera's row is, pixels from the top of all rows. */
export interface RowPlace {
  camera: TimelineCamera;
  top: number;
  height: number;
  /** Its picture is shown. */
  isPlaying: boolean;
  isSelected: boolean;
}

const mouse = { selected: 34, playing: 26, other: 20, between: 4 };
/** For fingers. */
const thumb = { selected: 46, playing: 40, other: 36, between: 4 };
const edge = 4;

export function placeRows(
  cameras: readonly TimelineCamera[],
  playing: readonly string[],
  input: 'mouse' | 'thumb',
): { rows: RowPlace[]; height: number } {
  const sizes = input === 'mouse' ? mouse : thumb;
  let top = edge;
  const rows = cameras.map((camera): RowPlace => {
    const isSelected = camera.id === playing[0];
    const isPlaying = playing.includes(camera.id);
    const height = isSelected ? sizes.selected : isPlaying ? sizes.playing : sizes.other;
    const place = { camera, top, height, isPlaying, isSelected };
    top += height + sizes.between;
    return place;
  });
  return { rows, height: top - sizes.between + edge };
}

/** The row at or nearest to `y`. */
export function rowAt(rows: readonly RowPlace[], y: number): RowPlace | undefined {
  return rows.find(({ top, height }) => y < top + height + 2) ?? rows.at(-1);
}
