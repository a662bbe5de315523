import type { ReactNode } from 'react';
import { Page } from '../ui/page.tsx';
import { RecorderSummary } from './recorder-summary.tsx';

interface RecorderPageProps {
  title: ReactNode;
  tools?: ReactNode;
  nav?: ReactNode;
  layout?: 'scroll' | 'fill';
  bare?: boolean;
  children: ReactNode;
}

/** A page with the recorder's state at its top right. */
export function RecorderPage(props: RecorderPageProps) {
  return <Page {...props} status={<RecorderSummary />} />;
}
