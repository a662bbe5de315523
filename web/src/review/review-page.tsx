import { Button, Skeleton } from '@mantine/core';
import { readLocalStorageValue } from '@mantine/hooks';
import type { CameraDto } from '@nightjar/contract';
import { IconVideoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Redirect } from 'wouter';
import { camerasQuery, recorderQuery } from '../api/queries.ts';
import { FirstCamera } from '../cameras/first-camera.tsx';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { FailedMessage, Message } from '../ui/message.tsx';
import { lastCameraKey, Review } from './review.tsx';

/** Waits for what the review needs: the cameras, and the recorder's time zone. */
export default function ReviewPage({ cameraId }: { cameraId?: string | undefined }) {
  const cameras = useQuery(camerasQuery);
  const recorder = useQuery(recorderQuery);
  if (!cameras.data || !recorder.data) {
    const error = cameras.error ?? recorder.error;
    return (
      <RecorderPage title={<h1>Review</h1>}>
        {error ? (
          <FailedMessage
            title="The cameras could not be read"
            error={error}
            onRetry={() => {
              void cameras.refetch();
              void recorder.refetch();
            }}
          />
        ) : (
          <Skeleton mih="60dvh" role="status" aria-label="Reading the cameras" />
        )}
      </RecorderPage>
    );
  }
  const [first] = cameras.data;
  if (!first) {
    return (
      <RecorderPage title={<h1>Review</h1>}>
        <FirstCamera />
      </RecorderPage>
    );
  }
  if (cameraId === undefined) return <Redirect to={`/review/${lastCamera(cameras.data) ?? first.id}`} replace />;
  const camera = cameras.data.find(({ id }) => id === cameraId);
  if (camera) return <Review camera={camera} cameras={cameras.data} recorder={recorder.data} />;
  return (
    <RecorderPage title={<h1>Review</h1>}>
      <Message
        icon={<IconVideoOff size={26} />}
        title="This camera does not exist any more"
        actions={
          <Button component={Link} href="/review" variant="default">
            Review another
          </Button>
        }
      >
        Footage that was kept when it was deleted is still on the recorder’s disk.
      </Message>
    </RecorderPage>
  );
}

/** The camera reviewed last in this browser, if it still exists. */
function lastCamera(cameras: readonly CameraDto[]): string | undefined {
  const id = readLocalStorageValue<string | undefined>({ key: lastCameraKey });
  return cameras.find((camera) => camera.id === id)?.id;
}
