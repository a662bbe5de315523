import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { useFullscreenElement, useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import type { CameraDto } from '@nightjar/contract';
import {
  IconArrowLeft,
  IconCamera,
  IconChevronLeft,
  IconChevronRight,
  IconHistory,
  IconMaximize,
  IconMinimize,
  IconPictureInPicture,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useCameraStatus, useNow, useTimeZone } from '../api/context.tsx';
import { isStreaming } from '../cameras/camera-state.ts';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { StateBadge } from '../cameras/state-badge.tsx';
import { downloadFrame } from '../player/frames.ts';
import { LiveVideo, type LiveVideoHandle } from '../player/live-video.tsx';
import { formatForFileName } from '../time/format.ts';
import { Details } from './details.tsx';
import styles from './full-view.module.css';
import { togglePictureInPicture } from './full-view-window.ts';
import { PictureState } from './picture-state.tsx';
import { useLivePicture } from './use-live-picture.ts';

// What the first page does not need comes after it.
const OverrideMenu = lazy(() =>
  import('../schedule/override-menu.tsx').then(({ OverrideMenu }) => ({ default: OverrideMenu })),
);
const ConnectionMenu = lazy(() => import('./full-view-connection.tsx'));

/** One camera, large, with sound on demand. */
export function FullView({ camera, cameras }: { camera: CameraDto; cameras: CameraDto[] }) {
  const status = useCameraStatus(camera.id);
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  const player = useRef<LiveVideoHandle>(null);
  const { picture, isStale, onState } = useLivePicture();
  const [muted, setMuted] = useState(true);
  const [showsConnection, setShowsConnection] = useState(false);
  const [, navigate] = useLocation();
  const { ref, toggle, fullscreen } = useFullscreenElement();
  const canFloat = document.pictureInPictureEnabled;
  const streaming = isStreaming(status);
  const hasSound = status !== undefined && 'media' in status && status.media.audio !== null;

  const neighbour = (step: number) => cameras.at((cameras.indexOf(camera) + step) % cameras.length) ?? camera;
  const shownMs = () => player.current?.wallTimeMs() ?? nowMs;
  const review = () => navigate(`/review/${camera.id}?at=${Math.floor(shownMs())}`);
  const snapshot = async () => {
    const video = player.current?.video;
    const saved = video && (await downloadFrame(video, `${camera.id}_${formatForFileName(shownMs(), timeZone)}.jpg`));
    if (!saved) notifications.show({ color: 'red', message: 'There is no picture to save yet.' });
  };

  const float = () => {
    const video = player.current?.video;
    if (canFloat && video) void togglePictureInPicture(video);
  };

  useHotkeys([
    // With the menu open, it closes that.
    ['Escape', () => !showsConnection && navigate('/live')],
    ['ArrowLeft', () => navigate(`/live/${neighbour(-1).id}`)],
    ['ArrowRight', () => navigate(`/live/${neighbour(1).id}`)],
    ['M', () => setMuted(!muted)],
    ['S', () => void snapshot()],
    ['F', () => void toggle()],
    ['P', () => float()],
    ['I', () => setShowsConnection(!showsConnection)],
    ['G', review],
  ]);

  return (
    <RecorderPage
      layout="fill"
      title={
        <Group gap="sm" wrap="nowrap">
          <ActionIcon component={Link} href="/live" variant="subtle" color="gray" size="lg" aria-label="All cameras">
            <IconArrowLeft size={20} />
          </ActionIcon>
          <h1>{camera.name}</h1>
          <StateBadge camera={camera} lines="wrap" />
        </Group>
      }
    >
      <div ref={ref} className={styles.view} data-streaming={streaming} data-stale={isStale}>
        <LiveVideo
          ref={player}
          cameraId={camera.id}
          name={camera.name}
          streaming={streaming}
          size="full"
          muted={muted}
          onState={onState}
        />
        <PictureState camera={camera} picture={picture} onResume={() => player.current?.resume()} />
        <Controls
          left={
            <>
              <Control
                label={hasSound ? (muted ? 'Sound on' : 'Sound off') : 'The camera sends no sound'}
                testId="sound-toggle"
                disabled={!hasSound}
                onClick={() => setMuted(!muted)}
              >
                {muted || !hasSound ? <IconVolumeOff size={20} /> : <IconVolume size={20} />}
              </Control>
              <Control label="Save this picture" testId="live-snapshot" onClick={() => void snapshot()}>
                <IconCamera size={20} />
              </Control>
              <Button
                variant="subtle"
                color="gray"
                c="inherit"
                className={styles.word}
                leftSection={<IconHistory size={18} />}
                aria-label="Go to review"
                data-testid="go-to-review"
                onClick={review}
              >
                <span className={styles.more}>Go to review</span>
                <span className={styles.less}>Review</span>
              </Button>
              <Suspense fallback={null}>
                <OverrideMenu
                  camera={camera}
                  size="sm"
                  variant="subtle"
                  color="gray"
                  c="inherit"
                  classNames={{ root: styles.word ?? '', label: styles.more ?? '', section: styles.section ?? '' }}
                />
              </Suspense>
              <Suspense fallback={null}>
                <ConnectionMenu
                  camera={camera}
                  player={player}
                  opened={showsConnection}
                  onChange={setShowsConnection}
                />
              </Suspense>
            </>
          }
          middle={<Details camera={camera} player={player} className={styles.details} />}
          right={
            <>
              {cameras.length > 1 && (
                <>
                  <Control
                    testId="camera-before"
                    label={`Before: ${neighbour(-1).name}`}
                    onClick={() => navigate(`/live/${neighbour(-1).id}`)}
                  >
                    <IconChevronLeft size={20} />
                  </Control>
                  <Control
                    testId="camera-after"
                    label={`Next: ${neighbour(1).name}`}
                    onClick={() => navigate(`/live/${neighbour(1).id}`)}
                  >
                    <IconChevronRight size={20} />
                  </Control>
                </>
              )}
              {canFloat && (
                <Control
                  className={styles.wide}
                  testId="picture-in-picture"
                  label="Picture over other windows"
                  onClick={float}
                >
                  <IconPictureInPicture size={20} />
                </Control>
              )}
              <Control
                testId="full-screen"
                label={fullscreen ? 'Leave full screen' : 'Full screen'}
                onClick={() => void toggle()}
              >
                {fullscreen ? <IconMinimize size={20} /> : <IconMaximize size={20} />}
              </Control>
            </>
          }
        />
      </div>
    </RecorderPage>
  );
}

function Controls({ left, middle, right }: { left: ReactNode; middle: ReactNode; right: ReactNode }) {
  return (
    <div className={styles.controls} role="toolbar" aria-label="Picture">
      <Group gap={4} wrap="nowrap">
        {left}
      </Group>
      {middle}
      <Group gap={4} wrap="nowrap">
        {right}
      </Group>
    </div>
  );
}

interface ControlProps {
  label: string;
  testId: string;
  className?: string | undefined;
  disabled?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Control({ label, testId, className, disabled = false, onClick, children }: ControlProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        c="inherit"
        size={38}
        className={className}
        aria-label={label}
        data-testid={testId}
        data-disabled={disabled}
        aria-disabled={disabled}
        onClick={() => !disabled && onClick()}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
