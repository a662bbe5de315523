import type { CameraDto, CameraStatus } from '@nightjar/contract';
import type { RefObject } from 'react';
import { useCameraStatus } from '../api/context.tsx';
import type { LiveVideoHandle } from '../player/live-video.tsx';
import { wayNames } from '../player/protocol.ts';
import { type Figures, useFigures } from '../player/use-figures.ts';
import { formatBitrate } from '../time/format.ts';

interface DetailsProps {
  camera: CameraDto;
  player: RefObject<LiveVideoHandle | null>;
  className: string | undefined;
}

/** What is really shown: how it comes, how old it is, size, codec, frame rate, bit rate. */
export function Details({ camera, player, className }: DetailsProps) {
  const status = useCameraStatus(camera.id);
  const figures = useFigures(player);
  if (!figures) return null;
  const { showing, rates } = figures;
  const facts = [
    wayNames[showing.way],
    figures.latencyMs !== null && `${formatLatency(figures.latencyMs)} behind`,
    `${figures.width}×${figures.height}`,
    showing.stream === 'sub' && 'substream',
    codecWords(figures, status),
    rates && formatFps(rates.fps),
    rates?.bitrateKbps != null && formatBitrate(rates.bitrateKbps),
  ].filter((fact) => typeof fact === 'string');
  return (
    <div className={className} data-testid={`details-${camera.id}`}>
      <span className="tabular">{facts.join(' · ')}</span>
    </div>
  );
}

/** `80 ms`, `1.2 s`; in steps that do not flicker. */
export const formatLatency = (latencyMs: number): string =>
  latencyMs < 995 ? `${Math.round(latencyMs / 10) * 10} ms` : `${(latencyMs / 1000).toFixed(1)} s`;

export const formatFps = (fps: number): string => `${Math.round(fps)} fps`;

/** null: not known, as of a substream. */
export function codecWords({ showing }: Figures, status: CameraStatus | undefined): string | null {
  if (showing.converted) return 'converted to H.264';
  if (showing.stream === 'sub' || !status || !('media' in status)) return null;
  return status.media.video.codec === 'h264' ? 'H.264' : 'H.265';
}
