import { notifications } from '@mantine/notifications';
import type { Position } from '../player/position.ts';
import { addDays, dayAt, sameTimeOn } from '../time/zone.ts';
import type { ReviewPlayback } from './review-playback.ts';
import { nextSpeed, pushed } from './speeds.ts';
import type { Range } from './timeline/props.ts';
import type { View, ViewStore } from './timeline/view-store.ts';

interface ActionParts {
  playback: ReviewPlayback;
  position: Position;
  view: ViewStore;
  timeZone: string;
  /** The recorder's clock, Unix ms. */
  clockNow(): number;
  selection: Range | null;
  setSelection(range: Range | null): void;
}

export type ReviewActions = ReturnType<typeof reviewActions>;

/** What is selected by `[` or `]` alone, until the other end is chosen too. */
const openEndMs = 60_000;

/** What buttons and keys of the review page do to time: playing, moving, choosing a range. */
export function reviewActions({ playback, position, view, timeZone, clockNow, selection, setSelection }: ActionParts) {
  const push = (direction: 1 | -1) => {
    playback.setRate(pushed(playback.rate, playback.wantsToPlay, direction));
    playback.setPlaying(true);
  };
  /** Also moves the timeline there when it shows another time. */
  const goTo = (wallMs: number) => {
    const atMs = Math.min(wallMs, clockNow());
    view.set(revealed(view.get(), atMs, timeZone));
    playback.seek(atMs);
  };
  const chooseDay = (date: string) => {
    const target = Math.min(sameTimeOn(date, position.get(), timeZone), clockNow() - 1_000);
    goTo(target);
  };
  return {
    goTo,
    togglePlay() {
      if (!playback.wantsToPlay && playback.rate < 0) playback.setRate(1);
      playback.setPlaying(!playback.wantsToPlay);
    },
    pause: () => playback.setPlaying(false),
    /** Forwards, faster with each call. */
    forwards: () => push(1),
    backwards: () => push(-1),
    jump: (seconds: number) => goTo(position.get() + seconds * 1_000),
    step: (frames: number) => playback.step(frames),
    /** +1: the next faster speed. */
    changeRate: (step: 1 | -1) => playback.setRate(nextSpeed(playback.rate, step)),
    chooseDay,
    moveDay(days: number) {
      const date = addDays(dayAt(position.get(), timeZone).date, days);
      if (date <= dayAt(clockNow(), timeZone).date) chooseDay(date);
    },
    zoom(factor: number) {
      const { from, to } = view.get();
      const around = position.get() >= from && position.get() < to ? position.get() : (from + to) / 2;
      view.set({ from: around - (around - from) * factor, to: around + (to - around) * factor });
    },
    showDay() {
      const { from, to } = dayAt(position.get(), timeZone);
      view.set({ from, to });
    },
    selectFrom() {
      const from = position.get();
      setSelection({ from, to: selection && selection.to > from ? selection.to : from + openEndMs });
    },
    selectTo() {
      const to = position.get();
      setSelection({ from: selection && selection.from < to ? selection.from : to - openEndMs, to });
    },
    clearSelection: () => setSelection(null),
    /** An address that leads here. */
    copyLink() {
      void navigator.clipboard?.writeText(window.location.href).then(
        () => notifications.show({ message: 'The link to this moment is copied.' }),
        () => notifications.show({ color: 'red', message: 'The browser does not allow copying here.' }),
      );
    },
  };
}

/** The same length, moved so that `atMs` is in it; a whole day becomes the day of `atMs`. */
function revealed(view: View, atMs: number, timeZone: string): View {
  if (atMs >= view.from && atMs < view.to) return view;
  const shown = dayAt(view.from, timeZone);
  if (shown.from === view.from && shown.to === view.to) {
    const { from, to } = dayAt(atMs, timeZone);
    return { from, to };
  }
  const half = (view.to - view.from) / 2;
  return { from: atMs - half, to: atMs + half };
}
