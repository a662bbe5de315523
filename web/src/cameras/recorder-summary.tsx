import { Group, Text, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAlertTriangleFilled, IconCircleFilled, IconCloudOff, IconDatabaseExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { type RecordingCount, useConnection, useRecordingCount, useTimeZone } from '../api/context.tsx';
import { camerasQuery, storageQuery } from '../api/queries.ts';
import { ExportsIndicator } from '../exports/exports-indicator.tsx';
import { storageProblem } from '../system/storage-words.ts';
import { ColorSchemeMenu } from '../ui/color-scheme-menu.tsx';
import styles from './state-badge.module.css';

const none: never[] = [];

/** Top right of every page: is it recording, and whose time is shown when it is not the browser's own. */
export function RecorderSummary() {
  const { data: cameras = none } = useQuery(camerasQuery);
  const count = useRecordingCount(cameras);
  const { recording, failing } = count;
  const connection = useConnection();
  const phone = useMediaQuery('(max-width: 47.99em)');
  return (
    <>
      <ForeignZone />
      <ExportsIndicator />
      {connection.state === 'lost' ? (
        <Tooltip label="No connection to the recorder. It is tried again every few seconds.">
          <Group gap={6} wrap="nowrap" className={styles.badge} data-kind="failing" role="alert">
            <IconCloudOff size={16} aria-hidden="true" />
            {phone ? 'Offline' : 'No connection to the recorder'}
          </Group>
        </Tooltip>
      ) : (
        cameras.length > 0 && (
          <Tooltip label={summaryText(count)}>
            <Link
              href="/system"
              className={styles.badge}
              data-kind={failing > 0 ? 'failing' : 'recording'}
              data-testid="recorder-state"
            >
              {failing > 0 ? (
                <IconAlertTriangleFilled size={14} aria-hidden="true" />
              ) : (
                <IconCircleFilled size={9} aria-hidden="true" />
              )}
              <span className="tabular">
                {phone ? `${recording}/${cameras.length}` : `${recording} of ${cameras.length} recording`}
              </span>
            </Link>
          </Tooltip>
        )
      )}
      {connection.state !== 'lost' && <StorageState short={phone ?? false} />}
      <ColorSchemeMenu />
    </>
  );
}

/** Shown only while something is wrong with it. */
function StorageState({ short }: { short: boolean }) {
  const { data: storage } = useQuery(storageQuery);
  const problem = storage && storageProblem(storage);
  if (!problem) return null;
  return (
    <Tooltip label={problem.detail} multiline maw={360}>
      <Link
        href="/system/storage"
        className={styles.badge}
        data-kind={problem.stopped ? 'failing' : 'notice'}
        data-testid="storage-state"
      >
        <IconDatabaseExclamation size={17} stroke={1.8} aria-hidden="true" />
        <span className={short ? 'unseen' : styles.short}>{problem.title}</span>
      </Link>
    </Tooltip>
  );
}

const summaryText = ({ recording, paused, unscheduled, failing }: RecordingCount): string =>
  [
    `${recording} recording`,
    unscheduled > 0 && `${unscheduled} not scheduled now`,
    paused > 0 && `${paused} paused`,
    failing > 0 && `${failing} not recording`,
  ]
    .filter(Boolean)
    .join(', ');

function ForeignZone() {
  const timeZone = useTimeZone();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (timeZone === own) return null;
  const city = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone;
  return (
    <Tooltip label={`Times are those of the recorder: ${timeZone}. Your own zone is ${own}.`}>
      <Text size="xs" c="dimmed" visibleFrom="sm">
        {city} time
      </Text>
    </Tooltip>
  );
}
