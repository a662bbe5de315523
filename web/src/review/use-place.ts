import type { CameraDto } from '@nightjar/contract';
import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Position } from '../player/position.ts';
import { dayAt, type LocalDay } from '../time/zone.ts';
import { readAddress, writeAddress } from './address.ts';
import type { Place } from './use-playback.ts';
import { lengthOf, revealed, type View, within } from './view.ts';

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
  const [view, setView] = useState<View>(() => zoomed(moment.day, moment.atMs, address.zoomMs));
  const { day } = moment;

  const goTo = (cameraId: string, atMs: number) => {
    const next = dayAt(atMs, timeZone);
    setMoment({ atMs, day: next });
    if (next.date === day.date) setView(revealed(view, next, atMs));
    else setView(zoomed(next, atMs, zoomOf(view, day)));
    if (cameraId !== camera.id) {
      navigate(writeAddress({ cameraIds: [cameraId], atMs, zoomMs: zoomOf(view, day) }, timeZone), { replace: true });
    }
  };

  const place: Place = { cameraId: camera.id, day, atMs: moment.atMs };
  const zoomMs = zoomOf(view, day);
  const keepAddress = useCallback(
    (position: Position) => {
      const write = () => {
        const wanted = writeAddress({ cameraIds: [camera.id], atMs: position.get(), zoomMs }, timeZone);
        const { pathname, search } = window.location;
        if (pathname === `/review/${camera.id}` && pathname + search !== wanted) {
          window.history.replaceState(window.history.state, '', wanted);
        }
      };
      const timer = window.setInterval(write, writeEveryMs);
      return () => window.clearInterval(timer);
    },
    [camera.id, zoomMs, timeZone],
  );
  return { place, view, setView, playAtOnce: address.atMs !== null, goTo, keepAddress };
}

const zoomOf = (view: View, day: LocalDay): number | null => (lengthOf(view) === lengthOf(day) ? null : lengthOf(view));

const zoomed = (day: LocalDay, atMs: number, zoomMs: number | null): View =>
  zoomMs === null ? { from: day.from, to: day.to } : within({ from: atMs - zoomMs / 2, to: atMs + zoomMs / 2 }, day);

/** While playing, turns to the next stretch when the play head runs out of the one shown. */
export function useFollow(position: Position, view: View, day: LocalDay, onView: (view: View) => void): void {
  useEffect(() => {
    let before = position.get();
    return position.subscribe(() => {
      const atMs = position.get();
      const wasInside = before >= view.from && before < view.to;
      before = atMs;
      if (!wasInside || (atMs >= view.from && atMs < view.to) || atMs < day.from || atMs >= day.to) return;
      const length = lengthOf(view);
      onView(within({ from: atMs - length * 0.1, to: atMs + length * 0.9 }, day));
    });
  }, [position, view, day, onView]);
}
