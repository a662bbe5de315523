import { ActionIcon } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { IconArrowsMaximize, IconArrowsMinimize, IconVolume, IconX } from '@tabler/icons-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import picture from '../picture.module.css';
import styles from './in-step.module.css';
import type { Rect } from './tile-layout.ts';
import { TileState } from './tile-state.tsx';
import type { InStepPlayback } from './use-in-step.ts';
import { useMember } from './use-member.ts';

interface InStepTileProps {
  camera: CameraDto;
  playback: InStepPlayback;
  rect: Rect;
  selected: boolean;
  large: boolean;
  muted: boolean;
  timeZone: string;
  onSelect(): void;
  onLarge(): void;
  /** Offered where it is given. */
  onClose?: (() => void) | undefined;
}

/** From this width on, a substream's picture is seen to be one, CSS pixels. */
const smallBelowPx = 640;

/** One of several cameras in step. A click selects it; another shows it large. */
export function InStepTile(props: InStepTileProps) {
  const { camera, playback, rect, selected, large, muted, timeZone, onSelect, onLarge, onClose } = props;
  const { inStep, views, rate } = playback;
  const view = useSyncExternalStore(views.subscribe, () => views.get(camera.id));
  const stream = useStream(camera, rect.width, view.state);
  const { video, still, stillShown } = useMember(inStep, camera.id, stream);
  const isMuted = muted || !selected;
  return (
    <article
      className={styles.tile}
      style={rect}
      data-testid={`in-step-${camera.id}`}
      data-state={view.state}
      data-stream={stream}
      data-selected={selected}
    >
      <video
        ref={video}
        className={picture.video}
        aria-label={`Footage of ${camera.name}`}
        muted={isMuted}
        playsInline
        disableRemotePlayback
      />
      <canvas ref={still} className={picture.still} data-shown={stillShown} />
      <TileState
        cameraId={camera.id}
        view={view}
        backwards={rate < 0}
        clockMs={playback.position.get}
        timeZone={timeZone}
      />
      <div className={styles.caption}>
        <span className={styles.name}>{camera.name}</span>
        {!isMuted && <IconVolume size={14} role="img" aria-label="Its sound is heard" />}
      </div>
      <button
        type="button"
        className={styles.cover}
        aria-label={`Select ${camera.name}`}
        aria-pressed={selected}
        onClick={onSelect}
        onDoubleClick={onLarge}
      />
      <div className={styles.buttons}>
        <ActionIcon
          variant="filled"
          color="dark"
          size={28}
          aria-label={large ? 'Show all' : `Show ${camera.name} large`}
          onClick={onLarge}
        >
          {large ? <IconArrowsMinimize size={16} /> : <IconArrowsMaximize size={16} />}
        </ActionIcon>
        {onClose && (
          <ActionIcon variant="filled" color="dark" size={28} aria-label={`Without ${camera.name}`} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
    </article>
  );
}

/**
 * The substream for small pictures, where it is recorded. Where it has a gap, the main stream may have none, and shows
 * the picture from then on.
 */
function useStream({ substream }: CameraDto, widthPx: number, state: string): 'main' | 'sub' {
  const isSmall = widthPx < smallBelowPx && substream?.record === true;
  const [mainInstead, setMainInstead] = useState(false);
  const isMissing = state === 'gap' || state === 'ended' || state === 'empty';
  useEffect(() => {
    if (isSmall && isMissing) setMainInstead(true);
  }, [isSmall, isMissing]);
  return isSmall && !mainInstead ? 'sub' : 'main';
}
