import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './fact.module.css';

interface FactProps {
  label: string;
  /** undefined: not known yet. */
  value: ReactNode;
  note?: ReactNode;
  /** Where more of it is to be seen. */
  href?: string;
  /** `stopped`: something is not recorded that should be. */
  kind?: 'plain' | 'stopped';
  testId?: string;
}

/** One figure with its name. Its height is the same whatever is known. */
export function Fact({ label, value, note, href, kind = 'plain', testId }: FactProps) {
  const content = (
    <>
      <span className={styles.label}>{label}</span>
      <span className={`tabular ${styles.value}`} data-kind={kind}>
        {value === undefined ? <Skeleton h={22} w={120} mt={4} component="span" display="block" /> : value}
      </span>
      <span className={`tabular ${styles.note}`}>{note}</span>
    </>
  );
  return href ? (
    <Link href={href} className={styles.fact} data-testid={testId}>
      {content}
    </Link>
  ) : (
    <div className={styles.fact} data-testid={testId}>
      {content}
    </div>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <div className={styles.facts}>{children}</div>;
}
