import { useLayoutEffect, useRef } from 'react';
import { formatClock } from '../../time/format.ts';
import type { SmallPicture } from './decode.ts';
import styles from './moment-picture.module.css';
import { type MomentState, useMomentInTurn, usePointedMoment } from './use-moment.ts';

interface MomentPictureProps {
  cameraId: string;
  atMs: number;
  /** CSS pixels; the place is 16:9, whatever comes. */
  width: number;
  timeZone: string;
}

/** Picture of the moment that is pointed at: the keyframe at or before it, with the time at which that was shown. */
export function MomentPicture({ cameraId, atMs, width, timeZone }: MomentPictureProps) {
  const state = usePointedMoment({ cameraId, atMs, width: pixelsFor(width) });
  return (
    <div className={styles.moment} style={{ width }} data-testid="moment-picture" {...marks(state)}>
      <Content state={state} />
      {state.state === 'shown' && (
        <span className={`tabular ${styles.time}`}>{formatClock(state.known.atMs, timeZone, 'millisecond')}</span>
      )}
    </div>
  );
}

/** As `MomentPicture`, filling its place, without words. Nothing is seen of it until the first picture is there. */
export function ScrubPicture({ cameraId, atMs, width }: Omit<MomentPictureProps, 'timeZone'>) {
  const state = usePointedMoment({ cameraId, atMs, width: pixelsFor(width) });
  if (state.state !== 'shown') return null;
  return (
    <div className={styles.moment} data-fill="true" {...marks(state)}>
      <Drawn picture={state.known.picture} />
    </div>
  );
}

interface SheetPictureProps {
  cameraId: string;
  atMs: number;
  /** CSS pixels of the largest it is shown at. */
  width: number;
  /** Those that are to be seen soonest, the lowest. */
  rank(): number;
}

/** Picture among many: fills its place. */
export function SheetPicture({ cameraId, atMs, width, rank }: SheetPictureProps) {
  const state = useMomentInTurn({ cameraId, atMs, width: pixelsFor(width) }, rank);
  return (
    <div className={styles.moment} data-fill="true" {...marks(state)}>
      <Content state={state} />
    </div>
  );
}

/** For tests, and for those who look into the page: what is shown, and of when. */
const marks = (state: MomentState) => ({
  'data-state': state.state,
  ...(state.state === 'shown' && { 'data-at': state.known.atMs, 'data-stale': state.stale }),
});

function Content({ state }: { state: MomentState }) {
  switch (state.state) {
    case 'shown':
      return <Drawn picture={state.known.picture} />;
    case 'loading':
      return <span className={styles.skeleton} />;
    case 'no-footage':
      return <span className={styles.words}>No footage</span>;
    case 'failed':
      return (
        <span className={styles.words} title={state.message}>
          No picture
        </span>
      );
  }
}

function Drawn({ picture }: { picture: SmallPicture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const target = canvas.current;
    if (!target) return;
    target.width = picture.width;
    target.height = picture.height;
    target.getContext('2d', { alpha: false })?.drawImage(picture, 0, 0);
  }, [picture]);
  return <canvas ref={canvas} className={styles.picture} />;
}

/** Sharp on dense screens, and the same for places of nearly the same size: pictures are shared. */
function pixelsFor(cssWidth: number): number {
  const density = Math.min(window.devicePixelRatio || 1, 2);
  return Math.min(Math.ceil((cssWidth * density) / 160) * 160, 640);
}
