import type { RecorderInfo } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { createContext, type Ref, useContext, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { request } from '../api/client.ts';
import { useCameraStatus } from '../api/context.tsx';
import { camerasQuery } from '../api/queries.ts';
import { LastPictures } from './frames.ts';
import { decodesH265 } from './live/media-source.ts';
import { RecorderClock } from './live/recorder-clock.ts';
import { WayMemory } from './live/ways.ts';
import { LiveSession, type LiveState, type Showing } from './live-session.ts';
import { useOnScreen } from './on-screen.ts';
import styles from './player.module.css';
import { useProtocol } from './protocol.ts';
import { useIsSmall } from './small.ts';

/** What outlives the views that show pictures, and is shared by them. */
interface Kept {
  pictures: LastPictures;
  ways: WayMemory;
  clock: RecorderClock;
}

const KeptContext = createContext<Kept | null>(null);

export function LastPicturesProvider({ children }: { children: React.ReactNode }) {
  const [kept] = useState<Kept>(() => ({
    pictures: new LastPictures(),
    ways: new WayMemory(window.sessionStorage),
    clock: new RecorderClock(async () => (await request<RecorderInfo>('/recorder')).now),
  }));
  return <KeptContext value={kept}>{children}</KeptContext>;
}

export interface LiveVideoHandle {
  video: HTMLVideoElement | null;
  /** How the picture comes; null while there is none. */
  showing: Showing | null;
  /** How old the picture shown is: ms since the recorder received it. null when unknown. */
  latencyMs(): number | null;
  /** Bytes of media received by the present connection; null when unknown. */
  receivedBytes(): number | null;
  /** Wall time of the picture shown, Unix ms of the recorder's clock; null when unknown. */
  wallTimeMs(): number | null;
  resume(): void;
}

interface LiveVideoProps {
  cameraId: string;
  name: string;
  /** false: the camera sends nothing now; the last picture stays. */
  streaming: boolean;
  /** `tile`: the substream will do while the picture is small. */
  size?: 'tile' | 'full';
  muted: boolean;
  onState(state: LiveState): void;
  ref?: Ref<LiveVideoHandle>;
}

/**
 * The live picture of one camera. Runs while it can be seen, or heard, or lies over other windows (picture in picture); in
 * between, the last picture stands in.
 */
export function LiveVideo({ cameraId, name, streaming, size = 'full', muted, onState, ref }: LiveVideoProps) {
  const kept = useContext(KeptContext);
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const session = useRef<LiveSession>(null);
  const [showing, setShowing] = useState<Showing | null>(null);
  const isSmall = useIsSmall(video);
  const { hasSubstream, hasSound, isH265 } = useStreams(cameraId);
  const [onlyWay] = useProtocol();
  const stream = size === 'tile' && isSmall && hasSubstream ? 'sub' : 'main';
  const withSound = hasSound && !muted;
  const onScreen = useOnScreen(video);
  const inPicture = useInPicture(video);
  const active = streaming && (onScreen || withSound || inPicture);
  // Read when they are needed: a change of these is no reason to begin anew.
  const now = useRef({ onState, isH265 });
  now.current = { onState, isH265 };

  useImperativeHandle(ref, () => ({
    get video() {
      return video.current;
    },
    get showing() {
      return session.current?.showing ?? null;
    },
    latencyMs: () => session.current?.latencyMs() ?? null,
    receivedBytes: () => session.current?.receivedBytes() ?? null,
    wallTimeMs() {
      const latencyMs = session.current?.latencyMs() ?? null;
      return latencyMs === null || !kept ? null : kept.clock.nowMs - latencyMs;
    },
    resume: () => session.current?.resume(),
  }));

  useEffect(() => {
    const element = video.current;
    if (!active || !element || !kept) return;
    const showStill = () => {
      kept.pictures.keep(cameraId, element);
      if (still.current) kept.pictures.show(cameraId, still.current);
      setShowing(null);
    };
    showStill();
    const running = new LiveSession({
      video: element,
      cameraId,
      stream,
      hasSubstream,
      convert: now.current.isH265 && !decodesH265(),
      withSound,
      onlyWay,
      memory: kept.ways,
      clock: kept.clock,
      onState(state) {
        if (state.state === 'playing') setShowing(state.showing);
        now.current.onState(state);
      },
      keepPicture: showStill,
    });
    session.current = running;
    return () => {
      running.stop();
      session.current = null;
    };
  }, [active, cameraId, kept, stream, hasSubstream, withSound, onlyWay]);

  return (
    <div className={styles.stage}>
      <video
        ref={video}
        className={styles.video}
        data-testid="live-picture"
        data-camera={cameraId}
        data-transport={showing?.way}
        data-stream={showing?.stream}
        aria-label={`Live picture of ${name}`}
        muted={muted}
        playsInline
        disableRemotePlayback
        disablePictureInPicture={false}
      />
      <canvas ref={still} className={styles.still} data-shown={showing === null} />
    </div>
  );
}

/** What the camera has to offer, as far as is known without asking. */
function useStreams(cameraId: string): { hasSubstream: boolean; hasSound: boolean; isH265: boolean } {
  const status = useCameraStatus(cameraId);
  const { data: cameras } = useQuery(camerasQuery);
  const media = status && 'media' in status ? status.media : null;
  return {
    hasSubstream: cameras?.find(({ id }) => id === cameraId)?.substream != null,
    hasSound: media?.audio != null,
    isH265: media?.video.codec === 'h265',
  };
}

/** Whether the video lies over other windows. */
function useInPicture(video: React.RefObject<HTMLVideoElement | null>): boolean {
  const [inPicture, setInPicture] = useState(false);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const update = () => setInPicture(document.pictureInPictureElement === element);
    element.addEventListener('enterpictureinpicture', update);
    element.addEventListener('leavepictureinpicture', update);
    return () => {
      element.removeEventListener('enterpictureinpicture', update);
      element.removeEventListener('leavepictureinpicture', update);
    };
  }, [video]);
  return inPicture;
}
