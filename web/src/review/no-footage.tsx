import { Button } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { Link } from 'wouter';
import { useCameraStatus } from '../api/context.tsx';

/** A camera of which there is no footage at all: why, and what can be done. */
export function NoFootage({ camera }: { camera: CameraDto }) {
  const status = useCameraStatus(camera.id);
  const isRecording = status?.state === 'recording';
  return (
    <>
      <strong>There is no footage of {camera.name} yet</strong>
      <span>
        {isRecording
          ? 'It is being recorded now; the first pictures are there in a moment.'
          : 'It is recorded as soon as the camera is there and its settings want it.'}
      </span>
      {!isRecording && (
        <Button component={Link} href="/cameras" variant="default" size="xs">
          How the camera is
        </Button>
      )}
    </>
  );
}
