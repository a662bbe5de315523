import type { Mark } from '@nightjar/contract';
import { type ReactNode, useState } from 'react';
import type { Position } from '../../player/position.ts';
import { MarkDialog, type Marked } from './mark-dialog.tsx';
import { RemoveMarkDialog } from './remove-mark-dialog.tsx';

interface MarkingOptions {
  cameras: ReadonlyArray<{ id: string; name: string }>;
  /** Whose pictures are shown, the selected one first: a new mark is of it, or of several. */
  shown: readonly string[];
  timeZone: string;
  position: Position;
  /** What is selected on the timeline: a new mark is of it, else of the moment. */
  selection: { from: number; to: number } | null;
  onExport?: (mark: Mark) => void;
}

export interface Marking {
  /** Asks what to mark, with a range and cameras filled in. */
  make(kind: Mark['kind']): void;
  edit(mark: Mark): void;
  remove(mark: Mark): void;
  /** To be drawn somewhere. */
  dialog: ReactNode;
}

/** What a bookmark without a selected range is of: from the picture shown on. */
const momentMs = 10_000;

/** Making, changing and removing locks and bookmarks: what buttons and keys begin, and the dialog in which it happens. */
export function useMarking({ cameras, shown, timeZone, position, selection, onExport }: MarkingOptions): Marking {
  const [marked, setMarked] = useState<Marked | null>(null);
  const [removing, setRemoving] = useState<Mark | null>(null);
  const close = () => setMarked(null);
  const remove = (mark: Mark) => {
    close();
    setRemoving(mark);
  };
  return {
    make(kind) {
      const atMs = Math.round(position.get());
      const range = selection ?? { from: atMs, to: atMs + momentMs };
      // A place is one camera's; what must not go is often seen by several.
      const cameraIds = kind === 'bookmark' ? shown.slice(0, 1) : shown;
      setMarked({ kind, cameraIds, from: Math.round(range.from), to: Math.round(range.to) });
    },
    edit: (mark) => setMarked({ mark }),
    remove,
    dialog: (
      <>
        {marked && (
          <MarkDialog
            marked={marked}
            cameras={cameras}
            shown={shown}
            timeZone={timeZone}
            onClose={close}
            onRemove={remove}
            onExport={
              onExport &&
              ((mark) => {
                close();
                onExport(mark);
              })
            }
          />
        )}
        {removing && (
          <RemoveMarkDialog
            mark={removing}
            cameraName={cameras.find(({ id }) => id === removing.cameraId)?.name ?? removing.cameraId}
            timeZone={timeZone}
            onClose={() => setRemoving(null)}
          />
        )}
      </>
    ),
  };
}
