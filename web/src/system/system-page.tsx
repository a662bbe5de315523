import { Stack } from '@mantine/core';
import { Link, Redirect } from 'wouter';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { ArchivesSection } from './archives-section.tsx';
import { CamerasSection } from './cameras-section.tsx';
import { EventsSection } from './events-section.tsx';
import { EvidenceSection } from './evidence-section.tsx';
import { Overview } from './overview.tsx';
import { ReportSection } from './report-section.tsx';
import { StorageSection } from './storage-section.tsx';
import styles from './system-page.module.css';

/** Each answers one question; the first, whether it is fine. */
const tabs = [
  { id: '', name: 'Overview' },
  { id: 'cameras', name: 'Cameras' },
  { id: 'storage', name: 'Storage' },
  { id: 'events', name: 'Events' },
  { id: 'reports', name: 'Reports' },
  { id: 'archives', name: 'Archives' },
] as const;

type TabId = (typeof tabs)[number]['id'];

interface SystemPageProps {
  /** What the address says after `/system`. */
  tab: string | undefined;
  /** `/system/reports/{detail}`: the day. */
  detail: string | undefined;
}

export default function SystemPage({ tab = '', detail }: SystemPageProps) {
  const known = tabs.find(({ id }) => id === tab);
  if (!known) return <Redirect to="/system" replace />;
  return (
    <RecorderPage title={<h1>System</h1>} nav={<Tabs current={known.id} />}>
      <TabContent tab={known.id} detail={detail} />
    </RecorderPage>
  );
}

function Tabs({ current }: { current: TabId }) {
  return (
    <nav className={styles.tabs} aria-label="Parts of the system page">
      {tabs.map(({ id, name }) => (
        <Link
          key={id}
          href={id ? `/system/${id}` : '/system'}
          className={styles.tab}
          aria-current={id === current ? 'page' : undefined}
          data-testid={`system-tab-${id || 'overview'}`}
          ref={id === current ? intoView : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}

/** On a phone the tabs are wider than the screen. */
const intoView = (tab: HTMLAnchorElement | null): void => tab?.scrollIntoView({ block: 'nearest', inline: 'center' });

function TabContent({ tab, detail }: { tab: TabId; detail: string | undefined }) {
  switch (tab) {
    case '':
      return <Overview />;
    case 'cameras':
      return <CamerasSection />;
    case 'storage':
      return (
        <Stack gap="xl">
          <StorageSection />
          <EvidenceSection />
        </Stack>
      );
    case 'events':
      return <EventsSection />;
    case 'reports':
      return <ReportSection date={detail} />;
    case 'archives':
      return <ArchivesSection />;
  }
}
