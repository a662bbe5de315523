import { Button, Skeleton } from '@mantine/core';
import { IconVideoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { camerasQuery } from '../api/queries.ts';
import { FirstCamera } from '../cameras/first-camera.tsx';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { FailedMessage, Message } from '../ui/message.tsx';
import { FullView } from './full-view.tsx';
import styles from './live.module.css';
import { LiveGrid } from './live-grid.tsx';

/** All cameras; or one of them, large. */
export function LivePage({ cameraId }: { cameraId?: string | undefined }) {
  const { data: cameras, error, refetch } = useQuery(camerasQuery);
  const title = <h1>Live</h1>;
  if (!cameras) {
    return (
      <RecorderPage title={title}>
        {error ? (
          <FailedMessage title="The cameras could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeletons />
        )}
      </RecorderPage>
    );
  }
  if (cameras.length === 0) {
    return (
      <RecorderPage title={title}>
        <FirstCamera />
      </RecorderPage>
    );
  }
  if (cameraId === undefined) return <LiveGrid cameras={cameras} />;
  const camera = cameras.find(({ id }) => id === cameraId);
  if (camera) return <FullView key={camera.id} camera={camera} cameras={cameras} />;
  return (
    <RecorderPage title={title}>
      <Message
        icon={<IconVideoOff size={26} />}
        title="This camera does not exist any more"
        actions={
          <Button component={Link} href="/live" variant="default">
            Show all cameras
          </Button>
        }
      >
        It may have been deleted. Footage that was kept is still on disk.
      </Message>
    </RecorderPage>
  );
}

function Skeletons() {
  return (
    <div className={styles.skeletons} role="status" aria-label="Reading the cameras">
      {[0, 1, 2, 3].map((key) => (
        <Skeleton key={key} className={styles.skeleton} />
      ))}
    </div>
  );
}
