import type { CameraDto } from '@nightjar/contract';
import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { Position } from '../player/position.ts';
import { dayAt, type LocalDay } from '../time/zone.ts';
import { readAddress, writeAddress } from './address.ts';
import { around, lengthOf, revealed } from './timeline/geometry.ts';
import { type View, ViewStore } from './timeline/view-store.ts';
import type { Place } from './use-playback.ts';

/** Without a time in the address: what happened last. */
const newestMs = 60_000;
const writeEveryMs = 2_000;

interface PlaceOptions {
  camera: CameraDto;
  timeZone: string;
  /** The recorder's clock when the page opened, Unix ms. */
  nowMs: number;
}

/** Which moment of which camera, and which part of its day is shown; begun from the address bar and kept there. */
export function usePlace({ camera, timeZone, nowMs }: PlaceOptions) {
  const [address] = useState(() => readAddress(window.location.search));
  const [, navigate] = useLocation();
  const [moment, setMoment] = useState(() => {
    const atMs = address.atMs ?? nowMs - newestMs;
    return { atMs, day: dayAt(atMs, timeZone) };
  });
  const [view] = useState(() => new ViewStore(zoomed(moment.day, moment.atMs, address.zoomMs)));
  const { day } = moment;

  const goTo = (cameraId: string, atMs: number) => {
    const next = dayAt(atMs, timeZone);
    setMoment({ atMs, day: next });
    const zoomMs = zoomOf(view.get(), day);
    if (next.date !== day.date && zoomMs === null) view.set(next);
    else view.set(revealed(view.get(), atMs));
    if (cameraId !== camera.id) {
      navigate(writeAddress({ cameraIds: [cameraId], atMs, zoomMs }, timeZone), { replace: true });
    }
  };

  const place: Place = { cameraId: camera.id, day, atMs: moment.atMs };
  const keepAddress = useCallback(
    (position: Position) => {
      const write = () => {
        const zoomMs = zoomOf(view.get(), day);
        const wanted = writeAddress({ cameraIds: [camera.id], atMs: position.get(), zoomMs }, timeZone);
        const { pathname, search } = window.location;
        if (pathname === `/review/${camera.id}` && pathname + search !== wanted) {
          window.history.replaceState(window.history.state, '', wanted);
        }
      };
      const timer = window.setInterval(write, writeEveryMs);
      return () => window.clearInterval(timer);
    },
    [camera.id, day, view, timeZone],
  );
  return { place, view, playAtOnce: address.atMs !== null, goTo, keepAddress };
}

const zoomOf = (view: View, day: LocalDay): number | null => (lengthOf(view) === lengthOf(day) ? null : lengthOf(view));

const zoomed = (day: LocalDay, atMs: number, zoomMs: number | null): View =>
  zoomMs === null ? { from: day.from, to: day.to } : around(atMs, zoomMs);
