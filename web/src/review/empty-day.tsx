import { Button } from '@mantine/core';
import type { CameraDto, Timeline } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { footageQuery } from '../api/queries.ts';
import { causeText } from '../cameras/coverage.ts';
import { formatDate } from '../time/format.ts';
import type { LocalDay } from '../time/zone.ts';

interface EmptyDayProps {
  camera: CameraDto;
  day: LocalDay;
  timeZone: string;
  timeline: Timeline | undefined;
  onGo(atMs: number): void;
}

/** Why there is nothing to see on this day, and the way to the nearest footage. */
export function EmptyDay({ camera, day, timeZone, timeline, onGo }: EmptyDayProps) {
  const { data: footage } = useQuery(footageQuery(camera.id));
  const longest = timeline?.gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  const reason = longest
    ? `${causeText[longest.cause]}.`
    : camera.createdAt >= day.to
      ? `${camera.name} was added later.`
      : null;
  return (
    <>
      <strong>No footage on {formatDate(day.from, timeZone)}</strong>
      {reason && <span>{reason}</span>}
      {footage?.firstAt != null && footage.firstAt >= day.to && (
        <Button variant="default" size="xs" onClick={() => onGo(footage.firstAt ?? 0)}>
          Go to the first footage, {formatDate(footage.firstAt, timeZone)}
        </Button>
      )}
      {footage?.lastAt != null && footage.lastAt < day.from && (
        <Button variant="default" size="xs" onClick={() => onGo((footage.lastAt ?? 0) - 10_000)}>
          Go to the last footage, {formatDate(footage.lastAt, timeZone)}
        </Button>
      )}
      {footage?.lastAt === null && <span>Nothing has been recorded of this camera yet.</span>}
    </>
  );
}
