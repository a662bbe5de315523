import { Button, Skeleton, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { camerasQuery } from '../api/queries.ts';
import { FailedMessage } from '../ui/message.tsx';
import { CameraRow } from './camera-row.tsx';
import styles from './cameras.module.css';
import { FirstCamera } from './first-camera.tsx';
import { RecorderPage } from './recorder-page.tsx';

export default function CamerasPage() {
  const { data: cameras, error, refetch } = useQuery(camerasQuery);
  const add = (
    <Button
      component={Link}
      href="/cameras/new"
      size="xs"
      leftSection={<IconPlus size={16} />}
      data-testid="add-camera"
    >
      Add a camera
    </Button>
  );
  return (
    <RecorderPage title={<h1>Cameras</h1>} tools={cameras && cameras.length > 0 ? add : null}>
      {cameras ? (
        cameras.length === 0 ? (
          <FirstCamera />
        ) : (
          <ul className={styles.list}>
            {cameras.map((camera) => (
              <CameraRow key={camera.id} camera={camera} />
            ))}
          </ul>
        )
      ) : error ? (
        <FailedMessage title="The cameras could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Stack gap="xs" role="status" aria-label="Reading the cameras">
          {[0, 1, 2].map((key) => (
            <Skeleton key={key} h={92} />
          ))}
        </Stack>
      )}
    </RecorderPage>
  );
}
