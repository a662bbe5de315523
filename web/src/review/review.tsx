import { Drawer, Group, Select } from '@mantine/core';
import { useFullscreenElement, useLocalStorage, useMediaQuery } from '@mantine/hooks';
import type { CameraDto } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useCameraStatus, useClockAhead, useNow } from '../api/context.tsx';
import { type Recorder, timelineQuery } from '../api/queries.ts';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { dateAt } from '../time/zone.ts';
import { DayCalendar } from './calendar.tsx';
import { Clock } from './clock.tsx';
import { Controls } from './controls.tsx';
import { DayBar } from './day-bar.tsx';
import { EmptyDay } from './empty-day.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { Picture } from './picture.tsx';
import styles from './review.module.css';
import { reviewActions } from './review-actions.ts';
import { Ladder } from './timeline/ladder.tsx';
import type { Range } from './timeline/props.ts';
import { Timeline } from './timeline/timeline.tsx';
import { useGoOn } from './use-go-on.ts';
import { usePlace } from './use-place.ts';
import { usePlayback } from './use-playback.ts';
import { useReviewKeys } from './use-review-keys.ts';

export const lastCameraKey = 'nightjar-review-camera';

interface ReviewProps {
  camera: CameraDto;
  cameras: CameraDto[];
  recorder: Recorder;
}

/** Finds and plays any moment of any day of a camera. */
export function Review({ camera, cameras, recorder: { timeZone } }: ReviewProps) {
  const nowMs = useNow(5_000);
  const today = dateAt(nowMs, timeZone);
  const { place, view, playAtOnce, goTo, keepAddress } = usePlace({ camera, timeZone, nowMs });
  const { day } = place;
  const isToday = day.date === today;
  const playback = usePlayback(place, playAtOnce);
  const { position } = playback;
  const { data: timeline } = useQuery(timelineQuery(camera.id, day.from, day.to, isToday && 10_000));
  const aheadMs = useClockAhead();
  const clockNow = () => Date.now() + aheadMs;
  const [selection, setSelection] = useState<Range | null>(null);
  const [muted, setMuted] = useState(true);
  const [overlay, setOverlay] = useState<'none' | 'keys' | 'time' | 'calendar'>('none');
  const close = () => setOverlay('none');
  const phone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const fullScreen = useFullscreenElement();
  const actions = reviewActions({
    camera,
    day,
    today,
    timeZone,
    fps: useFps(camera.id),
    view,
    playback,
    clockNow,
    goTo,
    toggleSound: () => setMuted(!muted),
    toggleFullScreen: () => void fullScreen.toggle(),
    showKeys: () => setOverlay('keys'),
    askForTime: () => setOverlay('time'),
  });
  useReviewKeys(actions);
  useGoOn({ playback, cameraId: camera.id, day, isToday, timeline, goTo });
  useEffect(() => keepAddress(position), [keepAddress, position]);
  useRemembered(camera.id);

  const chooseDay = (date: string) => {
    actions.chooseDay(date);
    close();
  };
  const calendar = (
    <DayCalendar cameras={[camera]} selected={day.date} today={today} timeZone={timeZone} onSelect={chooseDay} />
  );
  return (
    <RecorderPage
      layout="fill"
      title={<h1>Review</h1>}
      tools={<CameraSelect camera={camera} cameras={cameras} onSelect={(id) => goTo(id, position.get())} />}
    >
      <div className={styles.review}>
        <div className={styles.upper}>
          <div className={styles.player} ref={fullScreen.ref}>
            <Picture
              playback={playback}
              cameraId={camera.id}
              name={camera.name}
              muted={muted}
              isToday={isToday}
              empty={
                <EmptyDay
                  camera={camera}
                  day={day}
                  timeZone={timeZone}
                  timeline={timeline}
                  onGo={(atMs) => goTo(camera.id, atMs)}
                />
              }
            />
            <Controls
              playback={playback}
              muted={muted}
              actions={actions}
              clock={
                <Clock
                  position={position}
                  nowMs={nowMs}
                  timeZone={timeZone}
                  asking={overlay === 'time'}
                  onAsking={(asking) => setOverlay(asking ? 'time' : 'none')}
                  onGo={(atMs) => actions.seek(camera.id, atMs)}
                />
              }
            />
          </div>
          {!phone && <aside className={styles.side}>{calendar}</aside>}
        </div>
        <section className={styles.lower} aria-label="Day">
          <DayBar
            camera={camera}
            date={day.date}
            today={today}
            timeZone={timeZone}
            onDay={actions.chooseDay}
            onCalendar={phone ? () => setOverlay('calendar') : undefined}
          >
            <Ladder
              view={view}
              position={position}
              timeZone={timeZone}
              clockNow={clockNow}
              onNow={() => actions.seek(camera.id, clockNow() - 5_000)}
            />
          </DayBar>
          <Timeline
            cameras={cameras}
            playing={[camera.id]}
            timeZone={timeZone}
            clockNow={clockNow}
            view={view}
            position={position}
            selection={selection}
            onSelection={setSelection}
            onSeek={actions.seek}
            onMark={(mark) => actions.seek(mark.cameraId, mark.from)}
          />
        </section>
      </div>
      <Drawer
        opened={overlay === 'calendar'}
        onClose={close}
        position="bottom"
        title="Choose a day"
        size={430}
        radius="md"
      >
        <Group justify="center" pb="md">
          {calendar}
        </Group>
      </Drawer>
      <KeysDialog opened={overlay === 'keys'} onClose={close} />
    </RecorderPage>
  );
}

interface CameraSelectProps {
  camera: CameraDto;
  cameras: CameraDto[];
  onSelect(cameraId: string): void;
}

function CameraSelect({ camera, cameras, onSelect }: CameraSelectProps) {
  return (
    <Select
      aria-label="Camera"
      size="xs"
      w={{ base: 140, sm: 200 }}
      data-testid="review-camera"
      data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
      value={camera.id}
      allowDeselect={false}
      searchable={cameras.length > 8}
      onChange={(id) => id && onSelect(id)}
    />
  );
}

/** Frames per second of the camera as it is now, for single steps; recordings rarely differ. */
function useFps(cameraId: string): number {
  const status = useCameraStatus(cameraId);
  return (status && 'media' in status && status.media.video.fps) || 25;
}

function useRemembered(cameraId: string): void {
  const [, remember] = useLocalStorage<string>({ key: lastCameraKey });
  useEffect(() => remember(cameraId), [remember, cameraId]);
}
