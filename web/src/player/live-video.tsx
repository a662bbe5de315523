import { createContext, type Ref, useContext, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { livePlaylistUrl } from '../api/media-urls.ts';
import { LastPictures } from './frames.ts';
import { LiveSession, type LiveState } from './live-session.ts';
import { useOnScreen } from './on-screen.ts';
import styles from './player.module.css';

/** Pictures outlive the views that show them: from tile to full view and back. */
const LastPicturesContext = createContext<LastPictures | null>(null);

export function LastPicturesProvider({ children }: { children: React.ReactNode }) {
  const [pictures] = useState(() => new LastPictures());
  return <LastPicturesContext value={pictures}>{children}</LastPicturesContext>;
}

export interface LiveVideoHandle {
  video: HTMLVideoElement | null;
  /** Wall time of the picture shown, Unix ms; null when unknown. */
  wallTimeMs(): number | null;
  resume(): void;
}

interface LiveVideoProps {
  cameraId: string;
  name: string;
  /** false: the camera sends nothing now; the last picture stays. */
  streaming: boolean;
  muted: boolean;
  onState(state: LiveState): void;
  ref?: Ref<LiveVideoHandle>;
}

/** The live picture of one camera. Runs only while it can be seen; in between, the last picture stands in. */
export function LiveVideo({ cameraId, name, streaming, muted, onState, ref }: LiveVideoProps) {
  const pictures = useContext(LastPicturesContext);
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const session = useRef<LiveSession>(null);
  const report = useRef(onState);
  const [playing, setPlaying] = useState(false);
  const onScreen = useOnScreen(video);
  const active = streaming && onScreen;
  report.current = onState;

  useImperativeHandle(ref, () => ({
    get video() {
      return video.current;
    },
    wallTimeMs: () => session.current?.wallTimeMs() ?? null,
    resume: () => session.current?.resume(),
  }));

  useEffect(() => {
    const element = video.current;
    if (!active || !element || !pictures) return;
    const showStill = () => {
      pictures.keep(cameraId, element);
      if (still.current) pictures.show(cameraId, still.current);
      setPlaying(false);
    };
    showStill();
    const running = new LiveSession({
      video: element,
      url: livePlaylistUrl(cameraId),
      onState(state) {
        if (state.state === 'playing') setPlaying(true);
        report.current(state);
      },
      keepPicture: showStill,
    });
    session.current = running;
    return () => {
      running.stop();
      session.current = null;
    };
  }, [active, cameraId, pictures]);

  return (
    <div className={styles.stage}>
      <video
        ref={video}
        className={styles.video}
        data-testid={`live-video-${cameraId}`}
        aria-label={`Live picture of ${name}`}
        muted={muted}
        playsInline
        disableRemotePlayback
        disablePictureInPicture={false}
      />
      <canvas ref={still} className={styles.still} data-shown={!playing} />
    </div>
  );
}
