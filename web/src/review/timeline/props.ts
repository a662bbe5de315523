import type { Mark } from '@nightjar/contract';
import type { ReactNode } from 'react';
import type { Position } from '../../player/position.ts';
import type { ViewStore } from './view-store.ts';

/** `[from, to)` in Unix ms. */
export interface Range {
  from: number;
  to: number;
}

export interface TimelineCamera {
  id: string;
  name: string;
}

export interface TimelineProps {
  /** Rows, from the top. */
  cameras: readonly TimelineCamera[];
  /** Ids of those whose picture is shown; the first is the selected one. */
  playing: readonly string[];
  timeZone: string;
  /** The recorder's clock, Unix ms. */
  clockNow(): number;
  /** Moved by the timeline and by others; not confined to a day. */
  view: ViewStore;
  /** The play head. When it plays out of the view, the timeline turns to where it is. */
  position: Position;
  selection: Range | null;
  onSelection(range: Range | null): void;
  onSeek(cameraId: string, wallMs: number): void;
  /** A bookmark or lock was clicked. */
  onMark(mark: Mark): void;
  /** Drawn in the card under the pointer, where there is footage. */
  hoverPicture?: ((props: { cameraId: string; atMs: number }) => ReactNode) | undefined;
}
