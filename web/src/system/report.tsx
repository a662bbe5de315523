import { Button, CopyButton, Stack, Table } from '@mantine/core';
import type { CameraCoverage, DailyReport } from '@nightjar/contract';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useTimeZone } from '../api/context.tsx';
import { causeText, formatLost } from '../cameras/coverage.ts';
import { writeAddress } from '../review/address.ts';
import { formatBytes, formatDays } from '../time/format.ts';
import { Fact, Facts } from './fact.tsx';
import { causesOf, wantedShareText } from './heat.ts';
import styles from './table.module.css';

/** A day in figures, by camera, and as a text to be sent to somebody. */
export function Report({ report }: { report: DailyReport }) {
  const { coverage, events, writtenBytes, freeBytes, fullInDays, text } = report;
  const { total, cameras } = coverage;
  return (
    <Stack gap="md" data-testid="report-body">
      <Facts>
        <Fact
          label="Recorded, of what should be"
          value={wantedShareText(total)}
          note={total.wantedGapMs > 0 ? `${formatLost(total.wantedGapMs)} missing` : 'Nothing missing'}
        />
        <Fact
          label="Alerts"
          value={events.alerts}
          note={events.warnings === 1 ? '1 warning' : `${events.warnings} warnings`}
          href="/system/events"
        />
        <Fact label="Written" value={formatBytes(writtenBytes)} note="Footage of the day that is still there" />
        <Fact
          label="Free"
          value={freeBytes === null ? 'Not known' : formatBytes(freeBytes)}
          note={fullInDays === null ? '' : fullInDays <= 0 ? 'Full' : `Full in ${formatDays(fullInDays)}`}
        />
      </Facts>
      {cameras.length > 0 && <CameraTable cameras={cameras} dayFrom={report.from} />}
      <div>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              mb="xs"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy as text'}
            </Button>
          )}
        </CopyButton>
        <pre className={styles.report} data-testid="report-text">
          {text}
        </pre>
      </div>
    </Stack>
  );
}

function CameraTable({ cameras, dayFrom }: { cameras: CameraCoverage[]; dayFrom: number }) {
  const timeZone = useTimeZone();
  return (
    <div className={styles.card}>
      <Table verticalSpacing={7} className="tabular">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Camera</Table.Th>
            <Table.Th ta="right">Recorded</Table.Th>
            <Table.Th ta="right">Missing</Table.Th>
            <Table.Th ta="right">Gaps</Table.Th>
            <Table.Th ta="right" className={styles.wide}>
              Longest
            </Table.Th>
            <Table.Th className={styles.wide}>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cameras.map((camera) => (
            <CameraLine
              key={camera.cameraId}
              camera={camera}
              href={writeAddress({ cameraIds: [camera.cameraId], atMs: dayFrom, zoomMs: null }, timeZone)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function CameraLine({ camera, href }: { camera: CameraCoverage; href: string }) {
  const why = causesOf(camera.causes)
    .map(([cause, ms]) => `${causeText[cause]} ${formatLost(ms)}`)
    .join(', ');
  return (
    <Table.Tr>
      <Table.Td>
        <Link href={href}>{camera.name}</Link>
        {why && <div className={`${styles.causes} ${styles.below}`}>{why}</div>}
      </Table.Td>
      <Table.Td ta="right">{wantedShareText(camera)}</Table.Td>
      <Table.Td ta="right">{camera.wantedGapMs > 0 ? formatLost(camera.wantedGapMs) : '–'}</Table.Td>
      <Table.Td ta="right">{camera.gaps || '–'}</Table.Td>
      <Table.Td ta="right" className={styles.wide}>
        {camera.gaps > 0 ? formatLost(camera.longestGapMs) : '–'}
      </Table.Td>
      <Table.Td className={`${styles.causes} ${styles.wide}`}>{why}</Table.Td>
    </Table.Tr>
  );
}
