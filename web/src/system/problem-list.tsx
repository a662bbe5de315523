import { IconAlertTriangle, IconAlertTriangleFilled } from '@tabler/icons-react';
import { Link } from 'wouter';
import styles from './overview.module.css';
import type { Problem } from './problems.ts';
import { Section } from './section.tsx';

/** What is not fine, worst first, with what to do. */
export function Problems({ problems }: { problems: Problem[] }) {
  return (
    <Section title="Needs attention" testId="problems">
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <ProblemLine key={problem.id} problem={problem} />
        ))}
      </ul>
    </Section>
  );
}

function ProblemLine({ problem: { kind, title, detail, href, place } }: { problem: Problem }) {
  const Icon = kind === 'stopped' ? IconAlertTriangleFilled : IconAlertTriangle;
  return (
    <li className={styles.problem} data-kind={kind}>
      <Icon size={16} aria-hidden="true" />
      <strong>{title}</strong>
      <Link href={href} aria-label={`${place}, about: ${title}`}>
        {place}
      </Link>
      <p className="tabular">{detail}</p>
    </li>
  );
}
