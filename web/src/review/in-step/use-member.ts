import type { StreamName } from '@nightjar/contract';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { drawFrame } from '../../player/frames.ts';
import type { PlaybackState } from '../../player/playback/playback.ts';
import { PlaybackSession } from '../../player/playback-session.ts';
import type { InStep } from './in-step.ts';
import type { Member } from './member.ts';
import { SessionPlayer } from './session-player.ts';

interface MemberPicture {
  video: RefObject<HTMLVideoElement | null>;
  /** Keeps the picture while the video element is emptied. */
  still: RefObject<HTMLCanvasElement | null>;
  stillShown: boolean;
}

/** Lets a camera's picture take part for as long as it is shown. */
export function useMember(inStep: InStep, cameraId: string, stream: StreamName): MemberPicture {
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const [stillShown, setStillShown] = useState(false);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const keepPicture = () => setStillShown(still.current !== null && drawFrame(element, still.current));
    const hideStill = () => setStillShown(false);
    let member: Member | undefined;
    let state: PlaybackState = { state: 'loading' };
    const session = new PlaybackSession({
      ...{ video: element, cameraId, stream, keepPicture },
      onState(next) {
        state = next;
        if (member) member.state = next;
      },
      onPosition() {},
      onSkippedGap() {},
      // What was played fast has reached the newest footage: that holds for all.
      onRate: (rate) => inStep.setRate(rate),
    });
    member = inStep.add(cameraId, new SessionPlayer(session, element, { cameraId, stream }));
    member.state = state;
    // A new picture is there only with its data: `seeked` alone may come before it.
    element.addEventListener('seeked', hideStill);
    element.addEventListener('playing', hideStill);
    return () => {
      keepPicture();
      element.removeEventListener('seeked', hideStill);
      element.removeEventListener('playing', hideStill);
      if (member) inStep.remove(cameraId, member);
      session.destroy();
    };
  }, [inStep, cameraId, stream]);

  return { video, still, stillShown };
}
