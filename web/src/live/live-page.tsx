import { Button, Skeleton } from '@mantine/core';
import { IconVideoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useSearch } from 'wouter';
import { camerasQuery, layoutsQuery } from '../api/queries.ts';
import { FirstCamera } from '../cameras/first-camera.tsx';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { FailedMessage, Message } from '../ui/message.tsx';
import { FullView } from './full-view.tsx';
import { inOrder } from './grid.ts';
import styles from './live.module.css';
import { LiveGrid } from './live-grid.tsx';
import { useKioskFrame } from './use-kiosk.ts';
import { readWallAddress } from './wall-address.ts';
import { recalledWall, rememberWall } from './wall-memory.ts';

/** The wall; or one camera, large. */
export function LivePage({ cameraId }: { cameraId?: string | undefined }) {
  const { data: cameras, error, refetch } = useQuery(camerasQuery);
  const layouts = useQuery(layoutsQuery);
  const search = useSearch();
  const { kiosk } = cameraId === undefined && search !== '' ? readWallAddress(search) : recalledWall();
  useKioskFrame(kiosk && cameras !== undefined && cameras.length > 0);
  // Who goes to another page wants it with its frame, and this one, too, when it is come back to.
  useEffect(() => () => rememberWall({ ...recalledWall(), kiosk: false }), []);
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
  if (cameraId === undefined) {
    if (layouts.data || layouts.error) {
      const problem = layouts.data ? null : layouts.error.message;
      return (
        <LiveGrid
          cameras={cameras}
          layouts={layouts.data ?? none}
          problem={problem}
          onRetry={() => void layouts.refetch()}
        />
      );
    }
    return (
      <RecorderPage title={title}>
        <Skeletons />
      </RecorderPage>
    );
  }
  const camera = cameras.find(({ id }) => id === cameraId);
  if (camera) return <FullView key={camera.id} camera={camera} cameras={inOrder(cameras)} />;
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

const none: never[] = [];

function Skeletons() {
  return (
    <div className={styles.skeletons} role="status" aria-label="Reading the cameras">
      {[0, 1, 2, 3].map((key) => (
        <Skeleton key={key} className={styles.skeleton} />
      ))}
    </div>
  );
}
