import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Position } from '../player/position.ts';
import { dayAt } from '../time/zone.ts';
import { mostInStep, readAddress, writeAddress } from './address.ts';
import { type View, ViewStore } from './timeline/view-store.ts';

/** Without a time in the address: what happened last. */
const newestMs = 60_000;
const writeEveryMs = 1_000;

interface PlaceOptions {
  /** Of the path. */
  selectedId: string;
  /** Of all cameras, in order. */
  known: readonly string[];
  timeZone: string;
  /** The recorder's clock when the page opened, Unix ms. */
  nowMs: number;
}

export type Place = ReturnType<typeof usePlace>;

/** Which cameras, which moment, and how much of time is shown; begun from the address bar and kept there. */
export function usePlace({ selectedId, known, timeZone, nowMs }: PlaceOptions) {
  const [address] = useState(() => readAddress(window.location.search));
  const [startMs] = useState(() => Math.min(address.atMs ?? nowMs - newestMs, nowMs));
  const [position] = useState(() => new Position(startMs));
  const [view] = useState(() => new ViewStore(viewAround(startMs, address.zoomMs, timeZone)));
  const [chosen, setChosen] = useState(address.besides);
  const [, navigate] = useLocation();

  const besides = chosen.filter((id) => id !== selectedId && known.includes(id));
  const cameraIds: [string, ...string[]] = [selectedId, ...besides];
  const addressNow = useCallback(
    (ids: [string, ...string[]]) => {
      const zoomMs = zoomOf(view.get(), timeZone);
      return writeAddress({ cameraIds: ids, atMs: position.get(), zoomMs }, timeZone);
    },
    [view, position, timeZone],
  );
  /** The first is selected; the others are shown in step with it. */
  const showCameras = (ids: readonly string[]) => {
    const [first = selectedId, ...others] = ids.slice(0, mostInStep);
    setChosen(others);
    if (first !== selectedId) navigate(addressNow([first, ...others]), { replace: true });
  };

  const shownKey = cameraIds.join(',');
  useEffect(() => {
    const write = () => {
      const wanted = addressNow(shownKey.split(',') as [string, ...string[]]);
      const { pathname, search } = window.location;
      if (pathname === `/review/${selectedId}` && pathname + search !== wanted) {
        window.history.replaceState(window.history.state, '', wanted);
      }
    };
    const timer = window.setInterval(write, writeEveryMs);
    return () => window.clearInterval(timer);
  }, [selectedId, shownKey, addressNow]);

  return {
    cameraIds,
    startMs,
    position,
    view,
    /** A link to a moment is meant to be seen at once. */
    playAtOnce: address.atMs !== null,
    showCameras,
    /** The picture of this camera instead of the selected one's; one that is shown already becomes the selected one. */
    select(id: string) {
      showCameras([id, ...(besides.includes(id) ? cameraIds.filter((shown) => shown !== id) : besides)]);
    },
  };
}

function viewAround(atMs: number, zoomMs: number | null, timeZone: string): View {
  if (zoomMs !== null) return { from: atMs - zoomMs / 2, to: atMs + zoomMs / 2 };
  const { from, to } = dayAt(atMs, timeZone);
  return { from, to };
}

/** null for a whole local day. */
function zoomOf({ from, to }: View, timeZone: string): number | null {
  const day = dayAt(from, timeZone);
  return day.from === from && day.to === to ? null : to - from;
}
