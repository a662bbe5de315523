import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import {
  IconDotsVertical,
  IconHistory,
  IconPencil,
  IconPlayerPause,
  IconPlayerRecord,
  IconTrash,
  IconVideoOff,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useCameraStatus } from '../api/context.tsx';
import { snapshotUrl } from '../api/media-urls.ts';
import { formatBitrate } from '../time/format.ts';
import { isStreaming } from './camera-state.ts';
import styles from './cameras.module.css';
import { CoverageBar } from './coverage-bar.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { StateBadge, useStateWords } from './state-badge.tsx';
import { useRecordingSwitch } from './use-recording-switch.ts';

/** One camera of the list. */
export function CameraRow({ camera }: { camera: CameraDto }) {
  const state = useStateWords(camera);
  const [deleting, setDeleting] = useState(false);
  const { paused, pending, toggle } = useRecordingSwitch(camera);
  return (
    <li className={styles.row} data-testid={`camera-row-${camera.id}`}>
      <Link href={`/live/${camera.id}`} className={styles.picture} aria-label={`Show ${camera.name} live`}>
        <Picture camera={camera} />
      </Link>
      <div className={styles.who}>
        <Link href={`/cameras/${camera.id}/settings`} className={styles.name}>
          {camera.name}
        </Link>
        {camera.group && (
          <Text size="xs" c="dimmed" truncate>
            {camera.group}
          </Text>
        )}
      </div>
      <div className={styles.state}>
        <StateBadge camera={camera} detail="full" />
        <Received camera={camera} />
        {state.reason && (
          <Text size="xs" c="dimmed">
            {state.reason}
          </Text>
        )}
      </div>
      <div className={styles.coverage}>
        <Text size="xs" c="dimmed" mb={2}>
          Last 24 hours
        </Text>
        <CoverageBar cameraId={camera.id} />
      </div>
      <div className={styles.actions}>
        <Button
          size="xs"
          variant="default"
          aria-label={`${paused ? 'Resume' : 'Pause'} the recording of ${camera.name}`}
          classNames={{ root: styles.pause ?? '', label: styles.pauseLabel ?? '', section: styles.pauseIcon ?? '' }}
          leftSection={paused ? <IconPlayerRecord size={16} /> : <IconPlayerPause size={16} />}
          loading={pending}
          onClick={toggle}
          data-testid={`pause-${camera.id}`}
        >
          {paused ? 'Resume' : 'Pause'}
        </Button>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={`More for ${camera.name}`}
              data-testid={`camera-menu-${camera.id}`}
            >
              <IconDotsVertical size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component={Link} href={`/review/${camera.id}`} leftSection={<IconHistory size={16} />}>
              Review its footage
            </Menu.Item>
            <Menu.Item
              component={Link}
              href={`/cameras/${camera.id}/settings`}
              leftSection={<IconPencil size={16} />}
              data-testid={`edit-${camera.id}`}
            >
              Edit
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              data-testid="delete-camera"
              onClick={() => setDeleting(true)}
            >
              Delete …
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <DeleteDialog
        camera={camera}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => setDeleting(false)}
      />
    </li>
  );
}

function Picture({ camera }: { camera: CameraDto }) {
  const streaming = isStreaming(useCameraStatus(camera.id));
  const [failed, setFailed] = useState(false);
  if (!streaming || failed) return <IconVideoOff size={22} aria-hidden="true" />;
  return <img src={snapshotUrl(camera.id)} alt="" loading="lazy" onError={() => setFailed(true)} />;
}

/** What really comes from the camera. */
function Received({ camera }: { camera: CameraDto }) {
  const status = useCameraStatus(camera.id);
  if (status?.state !== 'recording' && status?.state !== 'live') return null;
  const { video, audio } = status.media;
  const facts = [
    `${video.width}×${video.height}`,
    video.codec === 'h264' ? 'H.264' : 'H.265',
    video.fps !== null && `${Math.round(video.fps * 10) / 10} fps`,
    status.bitrateKbps !== null && formatBitrate(status.bitrateKbps),
    audio ? 'sound' : 'no sound',
  ].filter((fact) => fact !== false);
  return (
    <Text size="xs" c="dimmed" className="tabular">
      {facts.join(' · ')}
    </Text>
  );
}
