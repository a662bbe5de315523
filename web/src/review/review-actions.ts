import { notifications } from '@mantine/notifications';
import type { CameraDto } from '@nightjar/contract';
import { downloadFrame } from '../player/frames.ts';
import { formatForFileName } from '../time/format.ts';
import { addDays, type LocalDay, sameTimeOn } from '../time/zone.ts';
import { LocalTime } from './timeline/local-time.ts';
import { go, type Move } from './timeline/moves.ts';
import type { ViewStore } from './timeline/view-store.ts';
import type { Playback } from './use-playback.ts';

/** Playing speeds on offer. */
export const rates: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16];

interface ActionParts {
  camera: CameraDto;
  day: LocalDay;
  /** `YYYY-MM-DD`; later days cannot be chosen. */
  today: string;
  timeZone: string;
  /** Frames per second, for single steps. */
  fps: number;
  view: ViewStore;
  /** The recorder's clock, Unix ms. */
  clockNow(): number;
  playback: Playback;
  goTo(cameraId: string, atMs: number): void;
  toggleSound(): void;
  toggleFullScreen(): void;
  showKeys(): void;
  askForTime(): void;
}

export type ReviewActions = ReturnType<typeof reviewActions>;

/** What buttons and keys of the review page do. */
export function reviewActions(parts: ActionParts) {
  const { camera, day, today, timeZone, fps, view, clockNow, playback, goTo } = parts;
  const { position } = playback;
  const chooseDay = (date: string) => {
    if (date <= today) goTo(camera.id, sameTimeOn(date, position.get(), timeZone));
  };
  const move = (to: Move) =>
    go(view, to, { playHeadMs: position.get(), nowMs: clockNow(), local: new LocalTime(timeZone) });
  return {
    togglePlay: () => playback.setPlaying(!playback.wantsToPlay),
    pause: () => playback.setPlaying(false),
    /** Seconds of footage; negative goes back. */
    jump: (seconds: number) => playback.session()?.seekBy(seconds),
    step(frames: number) {
      playback.setPlaying(false);
      playback.session()?.seekBy(frames / fps);
    },
    setRate: playback.setRate,
    /** +1: the next faster speed. */
    changeRate(step: number) {
      const next = rates[rates.indexOf(playback.rate) + step];
      if (next !== undefined) playback.setRate(next);
    },
    /** Within the day and camera that are open without reading a playlist. */
    seek(cameraId: string, wallMs: number) {
      const isOpen = cameraId === camera.id && wallMs >= day.from && wallMs < day.to;
      if (isOpen && playback.state.state !== 'empty') playback.session()?.seek(wallMs);
      else goTo(cameraId, wallMs);
    },
    chooseDay,
    moveDay: (days: number) => chooseDay(addDays(day.date, days)),
    zoom: (factor: number) => move({ to: 'zoom', factor }),
    showDay: () => move({ to: 'rung', rung: 'day' }),
    snapshot() {
      const name = `${camera.id}_${formatForFileName(position.get(), timeZone)}.jpg`;
      const video = playback.video.current;
      void (video ? downloadFrame(video, name) : Promise.resolve(false)).then((saved) => {
        if (!saved) notifications.show({ color: 'red', message: 'There is no picture to save yet.' });
      });
    },
    toggleSound: parts.toggleSound,
    toggleFullScreen: parts.toggleFullScreen,
    showKeys: parts.showKeys,
    askForTime: parts.askForTime,
  };
}
