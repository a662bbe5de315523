import { Drawer } from '@mantine/core';
import { useFullscreenElement, useMediaQuery } from '@mantine/hooks';
import type { CameraDto, Mark } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type RefObject, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useNow } from '../api/context.tsx';
import { timelineQuery } from '../api/queries.ts';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { ExportDialog } from '../exports/export-dialog.tsx';
import type { Position } from '../player/position.ts';
import { dateAt, dayOfDate, type LocalDay } from '../time/zone.ts';
import { DayCalendar } from './calendar.tsx';
import { CameraChoice } from './camera-choice.tsx';
import { Clock } from './clock.tsx';
import { Controls } from './controls.tsx';
import { DayBar } from './day-bar.tsx';
import { DayGlance } from './glance/day-glance.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { MarkList } from './marks/mark-list.tsx';
import { useMarking } from './marks/use-marking.tsx';
import { MomentPicture } from './pictures/moment-picture.tsx';
import styles from './review.module.css';
import { reviewActions } from './review-actions.ts';
import type { ReviewPlayback } from './review-playback.ts';
import { SelectionBar } from './selection-bar.tsx';
import type { ShownPicture } from './snapshot/snapshot.ts';
import { takeSnapshots } from './snapshot/take-snapshots.tsx';
import { Ladder } from './timeline/ladder.tsx';
import type { Range } from './timeline/props.ts';
import { Timeline } from './timeline/timeline.tsx';
import type { Place } from './use-place.ts';
import { useReviewKeys } from './use-review-keys.ts';

export interface FrameProps {
  /** The selected one. */
  camera: CameraDto;
  cameras: CameraDto[];
  timeZone: string;
  clockAheadMs: number;
  place: Place;
  playback: ReviewPlayback;
  muted: boolean;
  onMuted(muted: boolean): void;
  /** Kept for when one camera becomes several, or several one. */
  wantsToPlay: RefObject<boolean>;
  /** What is shown, to be saved. */
  pictures(): ShownPicture[];
  /** The picture, or several. */
  children: ReactNode;
}

/** So far behind the recorder's clock there is footage already. */
const newestMs = 5_000;
const hoverWidthPx = 208;

/** All of the review page but its pictures: controls, timeline, calendar, marks. */
export function ReviewFrame(props: FrameProps) {
  const { camera, cameras, timeZone, clockAheadMs, place, playback, muted, onMuted, wantsToPlay, children } = props;
  const { position, view, cameraIds } = place;
  const nowMs = useNow(5_000);
  const today = dateAt(nowMs, timeZone);
  const day = useDayOf(position, timeZone);
  const isToday = day.date === today;
  const [selection, setSelection] = useState<Range | null>(null);
  const [overlay, setOverlay] = useState<'none' | 'keys' | 'time' | 'side' | 'glance'>('none');
  const [exported, setExported] = useState<Range | null>(null);
  const close = () => setOverlay('none');
  const phone = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const fullScreen = useFullscreenElement();
  const clockNow = () => Date.now() + clockAheadMs;
  const timeline = useQuery(timelineQuery(camera.id, day.from, day.to, isToday && 10_000)).data;
  const moving = reviewActions({ playback, position, view, timeZone, clockNow, selection, setSelection });
  const exportRange = (range: Range | null) => setExported(range ?? aroundOf(position.get(), clockNow()));
  const marking = useMarking({
    ...{ cameras, shown: cameraIds, timeZone, position, selection },
    onExport: ({ from, to }) => setExported({ from, to }),
  });
  const actions = {
    ...moving,
    toggleSound: () => onMuted(!muted),
    toggleFullScreen: () => void fullScreen.toggle(),
    showKeys: () => setOverlay('keys'),
    askForTime: () => setOverlay('time'),
    showGlance: () => setOverlay('glance'),
    snapshot: () => void takeSnapshots(props.pictures(), timeZone),
    bookmark: () => marking.make('bookmark'),
    exportRange: () => exportRange(selection),
  };
  useReviewKeys(actions);
  useEffect(() => {
    wantsToPlay.current = playback.wantsToPlay;
  }, [wantsToPlay, playback.wantsToPlay]);

  const goToMark = ({ cameraId, from }: Mark) => {
    close();
    if (!cameraIds.includes(cameraId)) place.select(cameraId);
    moving.goTo(from);
  };
  const side = (
    <>
      <DayCalendar
        cameras={cameras.filter(({ id }) => cameraIds.includes(id))}
        selected={day.date}
        today={today}
        timeZone={timeZone}
        onSelect={(date) => {
          moving.chooseDay(date);
          close();
        }}
      />
      <MarkList
        cameras={cameras}
        shown={cameraIds}
        range={day}
        timeZone={timeZone}
        onGo={goToMark}
        onEdit={marking.edit}
        onRemove={marking.remove}
        onExport={({ from, to }) => setExported({ from, to })}
      />
    </>
  );
  return (
    <RecorderPage
      layout="fill"
      title={<h1>Review</h1>}
      tools={<CameraChoice cameras={cameras} shown={cameraIds} onSelect={place.select} onShow={place.showCameras} />}
    >
      <div className={styles.review}>
        <div className={styles.upper}>
          <div className={styles.player} ref={fullScreen.ref}>
            {children}
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
                  onGo={moving.goTo}
                />
              }
            />
          </div>
          {!phone && <aside className={styles.side}>{side}</aside>}
        </div>
        <section className={styles.lower} aria-label="Timeline">
          <DayBar
            camera={camera}
            date={day.date}
            today={today}
            timeZone={timeZone}
            onDay={moving.chooseDay}
            onCalendar={phone ? () => setOverlay('side') : undefined}
          >
            <Ladder
              view={view}
              position={position}
              timeZone={timeZone}
              clockNow={clockNow}
              onNow={() => {
                moving.goTo(clockNow() - newestMs);
                playback.setPlaying(true);
              }}
            />
          </DayBar>
          {selection && (
            <SelectionBar
              selection={selection}
              timeZone={timeZone}
              onExport={() => exportRange(selection)}
              onBookmark={() => marking.make('bookmark')}
              onLock={() => marking.make('lock')}
              onClear={moving.clearSelection}
            />
          )}
          <Timeline
            cameras={phone ? cameras.filter(({ id }) => cameraIds.includes(id)) : cameras}
            playing={cameraIds}
            timeZone={timeZone}
            clockNow={clockNow}
            view={view}
            position={position}
            selection={selection}
            onSelection={setSelection}
            onSeek={(cameraId, wallMs) => {
              if (!cameraIds.includes(cameraId)) place.select(cameraId);
              playback.seek(wallMs);
            }}
            onMark={marking.edit}
            hoverPicture={({ cameraId, atMs }) => (
              <MomentPicture cameraId={cameraId} atMs={atMs} width={hoverWidthPx} timeZone={timeZone} />
            )}
          />
        </section>
      </div>
      <Drawer
        opened={overlay === 'side' && phone}
        onClose={close}
        position="bottom"
        title="Days and bookmarks"
        size="80%"
        radius="md"
      >
        {side}
      </Drawer>
      {overlay === 'glance' && (
        <DayGlance
          cameraId={camera.id}
          cameraName={camera.name}
          day={day}
          timeZone={timeZone}
          timeline={timeline}
          atMs={position.get()}
          onDay={moving.moveDay}
          onPlay={(atMs) => {
            close();
            moving.goTo(atMs);
            playback.setPlaying(true);
          }}
          onClose={close}
        />
      )}
      {exported && (
        <ExportDialog
          opened
          onClose={() => setExported(null)}
          cameras={cameras}
          selectedIds={cameraIds}
          range={exported}
        />
      )}
      {marking.dialog}
      <KeysDialog opened={overlay === 'keys'} onClose={close} />
    </RecorderPage>
  );
}

/** Without a selection: the minute around what is shown. */
function aroundOf(atMs: number, nowMs: number): Range {
  const to = Math.min(atMs + 30_000, nowMs);
  return { from: to - 60_000, to };
}

/** The local day of what is shown. */
function useDayOf(position: Position, timeZone: string): LocalDay {
  const date = useSyncExternalStore(position.subscribe, () => dateAt(position.get(), timeZone));
  return useMemo(() => dayOfDate(date, timeZone), [date, timeZone]);
}
