import { useLocalStorage } from '@mantine/hooks';
import type { CameraDto } from '@nightjar/contract';
import { useEffect, useRef, useState } from 'react';
import type { Recorder } from '../api/queries.ts';
import { InStepGrid } from './in-step/in-step-grid.tsx';
import { shownPictures } from './in-step/shown-pictures.ts';
import { useInStep } from './in-step/use-in-step.ts';
import { Picture } from './picture.tsx';
import { type FrameProps, ReviewFrame } from './review-frame.tsx';
import { usePlace } from './use-place.ts';
import { useReviewPlayback } from './use-playback.ts';

export const lastCameraKey = 'nightjar-review-camera';

interface ReviewProps {
  camera: CameraDto;
  cameras: CameraDto[];
  recorder: Recorder;
}

/** Finds and plays any moment of any day: of one camera, or of several in step. */
export function Review({ camera, cameras, recorder }: ReviewProps) {
  const { timeZone, clockAheadMs } = recorder;
  const [openedMs] = useState(() => Date.now() + clockAheadMs);
  const known = cameras.map(({ id }) => id);
  const place = usePlace({ selectedId: camera.id, known, timeZone, nowMs: openedMs });
  const [muted, setMuted] = useState(true);
  const wantsToPlay = useRef(place.playAtOnce);
  const [, remember] = useLocalStorage<string>({ key: lastCameraKey });
  useEffect(() => remember(camera.id), [remember, camera.id]);
  const shown = { camera, cameras, timeZone, clockAheadMs, place, muted, onMuted: setMuted, wantsToPlay };
  return place.cameraIds.length > 1 ? <SeveralInStep {...shown} /> : <OneCamera {...shown} />;
}

type Shown = Omit<FrameProps, 'playback' | 'pictures' | 'children'>;

function OneCamera(shown: Shown) {
  const { camera, place, muted, timeZone, wantsToPlay } = shown;
  const { position } = place;
  const playback = useReviewPlayback({ cameraId: camera.id, position, playAtOnce: wantsToPlay.current });
  const pictures = () => [{ cameraId: camera.id, atMs: position.get(), video: playback.fullPicture() }];
  return (
    <ReviewFrame {...shown} playback={playback} pictures={pictures}>
      <Picture playback={playback} camera={camera} muted={muted} timeZone={timeZone} />
    </ReviewFrame>
  );
}

function SeveralInStep(shown: Shown) {
  const { camera, cameras, place, muted, timeZone, wantsToPlay } = shown;
  const { position, cameraIds } = place;
  const [startMs] = useState(position.get);
  const playback = useInStep({ selectedId: camera.id, position, startMs, playAtOnce: wantsToPlay.current });
  return (
    <ReviewFrame {...shown} playback={playback} pictures={() => shownPictures(playback.inStep, performance.now())}>
      <InStepGrid
        cameras={cameras.filter(({ id }) => cameraIds.includes(id))}
        playback={playback}
        selectedId={camera.id}
        muted={muted}
        timeZone={timeZone}
        onSelect={place.select}
        onClose={(closed) => place.showCameras(cameraIds.filter((id) => id !== closed))}
      />
    </ReviewFrame>
  );
}
