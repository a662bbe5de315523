import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconAlertTriangleFilled, IconCircleCheck, IconCloudOff } from '@tabler/icons-react';
import { useNow } from '../api/context.tsx';
import { formatDuration } from '../time/format.ts';
import styles from './overview.module.css';
import type { Findings } from './use-findings.ts';
import { type VerdictKind, verdictOf } from './verdict-words.ts';

const icons: Record<VerdictKind, typeof IconCircleCheck> = {
  fine: IconCircleCheck,
  unknown: IconCloudOff,
  notice: IconAlertTriangle,
  stopped: IconAlertTriangleFilled,
};

/** The answer to "is it fine?" in one line, as high whatever it says. */
export function Verdict({ found }: { found: Findings }) {
  const nowMs = useNow(10_000);
  if (found.state === 'loading') {
    return (
      <div className={styles.headline} role="status" aria-label="Loading" aria-busy="true">
        <Skeleton h={20} w={240} />
      </div>
    );
  }
  const { kind, title, detail } =
    found.state === 'lost'
      ? {
          kind: 'unknown' as const,
          title: 'Not known: the recorder does not answer',
          detail: `for ${formatDuration(Date.now() - found.sinceMs)}; what is shown below is from before`,
        }
      : verdictOf(found, nowMs);
  const Icon = icons[kind];
  return (
    <div className={styles.headline} role="status" data-testid="verdict" data-kind={kind}>
      <Icon size={24} stroke={1.6} aria-hidden="true" />
      <div className={styles.headlineText}>
        <strong>{title}</strong>
        <span className="tabular">{detail}</span>
      </div>
    </div>
  );
}
