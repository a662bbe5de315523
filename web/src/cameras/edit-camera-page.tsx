import { Button, Group, Skeleton } from '@mantine/core';
import { IconVideoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { camerasQuery } from '../api/queries.ts';
import { FailedMessage, Message } from '../ui/message.tsx';
import { EditForm } from './edit-form.tsx';
import { RecorderPage } from './recorder-page.tsx';
import { StateBadge } from './state-badge.tsx';

export default function EditCameraPage({ cameraId }: { cameraId: string }) {
  const { data: cameras, error, refetch } = useQuery(camerasQuery);
  const camera = cameras?.find(({ id }) => id === cameraId);
  return (
    <RecorderPage
      title={
        <Group gap="sm" wrap="nowrap">
          <h1>{camera?.name ?? 'Camera'}</h1>
          {camera && <StateBadge camera={camera} lines="wrap" />}
        </Group>
      }
    >
      {camera ? (
        <EditForm camera={camera} cameras={cameras ?? []} />
      ) : cameras ? (
        <Message
          icon={<IconVideoOff size={26} />}
          title="This camera does not exist any more"
          actions={
            <Button component={Link} href="/cameras" variant="default">
              All cameras
            </Button>
          }
        />
      ) : error ? (
        <FailedMessage title="The camera could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={420} maw={760} />
      )}
    </RecorderPage>
  );
}
