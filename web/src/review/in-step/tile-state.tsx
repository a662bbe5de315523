import { Loader } from '@mantine/core';
import { IconAlertTriangle, IconMoonStars } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { causeText } from '../../cameras/coverage.ts';
import { formatClock, formatDate } from '../../time/format.ts';
import picture from '../picture.module.css';
import styles from './in-step.module.css';
import type { MemberView } from './member.ts';
import { useGapCause } from './use-gap-cause.ts';

interface TileStateProps {
  cameraId: string;
  view: MemberView;
  backwards: boolean;
  /** The day that the clock shows, for it need not be said. */
  clockMs(): number;
  timeZone: string;
}

/** What is to be said over a picture that is not that of the moment. */
export function TileState({ cameraId, view, backwards, clockMs, timeZone }: TileStateProps) {
  switch (view.state) {
    case 'shown':
      return null;
    case 'loading':
      return <Late />;
    case 'gap':
      return <Gap {...{ cameraId, backwards, timeZone, clockMs }} untilMs={view.untilMs} />;
    case 'ended':
      return <Said>{backwards ? 'No older footage' : 'No newer footage'}</Said>;
    case 'empty':
      return <Said>No footage</Said>;
    case 'failed':
      return (
        <div className={styles.veil} role="alert">
          <IconAlertTriangle size={20} />
          <strong>Not to be played now</strong>
          <span>{view.failure.message}</span>
        </div>
      );
  }
}

type GapProps = Omit<TileStateProps, 'view'> & { untilMs: number };

function Gap({ cameraId, untilMs, backwards, clockMs, timeZone }: GapProps) {
  const cause = useGapCause(cameraId, untilMs, backwards);
  const sameDay = formatDate(untilMs, timeZone, 'with-year') === formatDate(clockMs(), timeZone, 'with-year');
  const day = sameDay ? '' : `${formatDate(untilMs, timeZone)}, `;
  return (
    <Said detail={cause && causeText[cause]}>
      No footage {backwards ? 'since' : 'until'} {day}
      {formatClock(untilMs, timeZone)}
    </Said>
  );
}

function Said({ children, detail = null }: { children: React.ReactNode; detail?: string | null }) {
  return (
    <div className={styles.veil} role="status" data-testid="in-step-gap">
      <IconMoonStars size={20} />
      <strong className="tabular">{children}</strong>
      {detail && <span>{detail}</span>}
    </div>
  );
}

/** Said only when it takes longer than a seek usually does. */
function Late() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 600);
    return () => window.clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className={picture.spinner} role="status" aria-label="Loading the picture">
      <Loader color="gray" size={26} />
    </div>
  );
}
