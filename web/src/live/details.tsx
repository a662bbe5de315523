import type { CameraDto } from '@nightjar/contract';
import { type RefObject, useEffect, useState } from 'react';
import { useCameraStatus, useNow } from '../api/context.tsx';
import type { LiveVideoHandle } from '../player/live-video.tsx';
import { formatBitrate } from '../time/format.ts';

interface DetailsProps {
  camera: CameraDto;
  player: RefObject<LiveVideoHandle | null>;
  className: string | undefined;
}

/** What is really received: size, codec, frame rate, bit rate, transport, delay of the picture shown. */
export function Details({ camera, player, className }: DetailsProps) {
  const status = useCameraStatus(camera.id);
  const delayMs = useDelayMs(player);
  if (status?.state !== 'recording' && status?.state !== 'live') return null;
  const { video, audio, transport } = status.media;
  const facts = [
    `${video.width}×${video.height}`,
    video.codec === 'h264' ? 'H.264' : 'H.265',
    video.fps !== null && `${Math.round(video.fps * 10) / 10} fps`,
    status.bitrateKbps !== null && formatBitrate(status.bitrateKbps),
    transport.toUpperCase(),
    audio ? 'sound' : 'no sound',
    delayMs !== null && `${(delayMs / 1000).toFixed(1)} s behind`,
  ].filter((fact) => fact !== false);
  return (
    <div className={className} data-testid={`details-${camera.id}`}>
      <span className="tabular">{facts.join(' · ')}</span>
    </div>
  );
}

/** How old the picture is, ms; null while unknown. */
function useDelayMs(player: RefObject<LiveVideoHandle | null>): number | null {
  const nowMs = useNow(1_000);
  const [delayMs, setDelayMs] = useState<number | null>(null);
  useEffect(() => {
    const shownMs = player.current?.wallTimeMs() ?? null;
    setDelayMs(shownMs === null ? null : Math.max(0, nowMs - shownMs));
  }, [nowMs, player]);
  return delayMs;
}
