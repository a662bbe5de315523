import { Tooltip, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import {
  IconDeviceCctv,
  IconDownload,
  IconHeartbeat,
  IconHistory,
  IconLayoutGrid,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useRoute } from 'wouter';
import { Brand } from './brand.tsx';
import styles from './navigation.module.css';

const places = [
  { name: 'Live', href: '/live', id: 'nav-live', Icon: IconLayoutGrid },
  { name: 'Review', href: '/review', id: 'nav-review', Icon: IconHistory },
  { name: 'Cameras', href: '/cameras', id: 'nav-cameras', Icon: IconDeviceCctv },
  { name: 'Exports', href: '/exports', id: 'nav-exports', Icon: IconDownload },
  { name: 'System', href: '/system', id: 'nav-system', Icon: IconHeartbeat },
] as const;

/** A rail at the left on a desktop, a bar under the thumb on a phone; the page in the rest. */
export function Navigation({ children }: { children: ReactNode }) {
  const [rail, setRail] = useLocalStorage<'wide' | 'narrow'>({ key: 'nightjar-rail', defaultValue: 'wide' });
  const narrow = rail === 'narrow';
  const toggleLabel = narrow ? 'Show names' : 'Hide names';
  const ToggleIcon = narrow ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <div className={styles.frame} data-rail={rail}>
      <nav className={styles.nav} aria-label="Pages">
        <Link href="/live" className={styles.brand} aria-label="Nightjar, live view">
          <Brand />
          <span className={styles.word}>Nightjar</span>
        </Link>
        {places.map((place) => (
          <Place key={place.id} {...place} narrow={narrow} />
        ))}
        <div className={styles.space} />
        <Tooltip label={toggleLabel} position="right" disabled={!narrow}>
          <UnstyledButton
            className={styles.toggle}
            aria-label={toggleLabel}
            onClick={() => setRail(narrow ? 'wide' : 'narrow')}
          >
            <ToggleIcon size={20} stroke={1.6} />
            <span className={styles.word}>Hide names</span>
          </UnstyledButton>
        </Tooltip>
      </nav>
      <div className={styles.page}>{children}</div>
    </div>
  );
}

function Place({ name, href, id, Icon, narrow }: (typeof places)[number] & { narrow: boolean }) {
  const [here] = useRoute(`${href}/*?`);
  return (
    <Tooltip label={name} position="right" disabled={!narrow}>
      <Link href={href} className={styles.place} data-testid={id} aria-current={here ? 'page' : undefined}>
        <Icon size={20} stroke={1.6} aria-hidden="true" />
        <span className={styles.word}>{name}</span>
      </Link>
    </Tooltip>
  );
}
