import { Paper, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useConnection, useNow, useRecordingCount, useTimeZone } from '../api/context.tsx';
import { camerasQuery, recorderQuery, timelineQuery } from '../api/queries.ts';
import { coverageOf } from '../cameras/coverage.ts';
import { RecorderPage } from '../cameras/recorder-page.tsx';
import { StateBadge, useStateWords } from '../cameras/state-badge.tsx';
import { formatClock, formatDate, formatDuration, formatShare } from '../time/format.ts';
import { dayAt } from '../time/zone.ts';
import { FailedMessage } from '../ui/message.tsx';

const none: CameraDto[] = [];
const minuteMs = 60_000;

/** Is it fine? */
export default function SystemPage() {
  const recorder = useQuery(recorderQuery);
  const { data: cameras = none, isPending } = useQuery(camerasQuery);
  return (
    <RecorderPage title={<h1>System</h1>}>
      {recorder.isError && !recorder.data ? (
        <FailedMessage
          title="The recorder could not be asked"
          error={recorder.error}
          onRetry={() => void recorder.refetch()}
        />
      ) : (
        <Stack maw={1100} gap="lg">
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'xs', sm: 'md' }}>
            <RecordingFact cameras={cameras} pending={isPending} />
            <CoverageFact cameras={cameras} />
            <ClockFact aheadMs={recorder.data?.clockAheadMs} />
            <Fact label="Version" value={recorder.data?.version} note={<ConnectionNote />} />
          </SimpleGrid>
          {cameras.length > 0 && <CameraTable cameras={cameras} />}
          <Text size="sm" c="dimmed">
            For programs: <a href="/api/docs">the API’s reference</a>.
          </Text>
        </Stack>
      )}
    </RecorderPage>
  );
}

interface FactProps {
  label: string;
  /** undefined: not known yet. */
  value: ReactNode;
  note?: ReactNode;
  testId?: string;
}

function Fact({ label, value, note, testId }: FactProps) {
  return (
    <Paper withBorder p="md" data-testid={testId ?? ''}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {value === undefined ? (
        <Skeleton h={26} mt={6} w={120} />
      ) : (
        <Text fz="1.375rem" fw={600} className="tabular">
          {value}
        </Text>
      )}
      <Text size="sm" c="dimmed" mih={20} component="div" className="tabular">
        {note}
      </Text>
    </Paper>
  );
}

function RecordingFact({ cameras, pending }: { cameras: CameraDto[]; pending: boolean }) {
  const { recording, paused, unscheduled, failing } = useRecordingCount(cameras);
  const note =
    cameras.length === 0
      ? 'No camera yet'
      : [
          failing > 0 && `${failing} not recording`,
          unscheduled > 0 && `${unscheduled} not scheduled now`,
          paused > 0 && `${paused} paused`,
        ]
          .filter(Boolean)
          .join(', ') || 'All cameras record';
  return (
    <Fact
      label="Recording"
      value={pending ? undefined : `${recording} of ${cameras.length}`}
      note={pending ? null : note}
      testId="fact-recording"
    />
  );
}

/** Recorded share of today, of the time in which the cameras existed. */
function CoverageFact({ cameras }: { cameras: CameraDto[] }) {
  const timeZone = useTimeZone();
  const nowMs = useNow(minuteMs);
  const today = dayAt(nowMs, timeZone);
  const total = useQueries({
    queries: cameras.map(({ id }) => timelineQuery(id, today.from, today.to, minuteMs)),
    combine: (results) => {
      if (!results.every(({ data }) => data)) return null;
      return results
        .flatMap(({ data }) => (data ? [coverageOf(data)] : []))
        .reduce((sum, next) => ({ recordedMs: sum.recordedMs + next.recordedMs, gapMs: sum.gapMs + next.gapMs }), {
          recordedMs: 0,
          gapMs: 0,
        });
    },
  });
  if (cameras.length === 0) return <Fact label="Recorded today" value="–" />;
  return (
    <Fact
      label="Recorded today"
      value={total ? formatShare(total.recordedMs, total.recordedMs + total.gapMs) : undefined}
      note={total && (total.gapMs > 0 ? `${formatDuration(total.gapMs)} missing` : 'Nothing missing')}
      testId="fact-coverage"
    />
  );
}

function ClockFact({ aheadMs }: { aheadMs: number | undefined }) {
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  const seconds = Math.abs((aheadMs ?? 0) / 1000);
  const differs = seconds >= 2;
  return (
    <Fact
      label={`Clock (${timeZone})`}
      value={aheadMs === undefined ? undefined : formatClock(nowMs, timeZone)}
      note={
        differs
          ? `${formatDuration(seconds * 1000)} ${(aheadMs ?? 0) > 0 ? 'ahead of' : 'behind'} this device’s`
          : formatDate(nowMs, timeZone, 'with-year')
      }
      testId="fact-clock"
    />
  );
}

function ConnectionNote() {
  const connection = useConnection();
  const nowMs = Date.now();
  switch (connection.state) {
    case 'connecting':
      return 'Connecting …';
    case 'open':
      return 'Connected';
    case 'lost':
      return `No connection for ${formatDuration(nowMs - connection.sinceMs)}`;
  }
}

function CameraTable({ cameras }: { cameras: CameraDto[] }) {
  return (
    <section>
      <Title order={2} mb="xs">
        Cameras
      </Title>
      <Paper withBorder style={{ overflowX: 'auto' }}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Camera</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th ta="right">Today</Table.Th>
              <Table.Th ta="right" visibleFrom="xs">
                Missing
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cameras.map((camera) => (
              <CameraLine key={camera.id} camera={camera} />
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
    </section>
  );
}

function CameraLine({ camera }: { camera: CameraDto }) {
  const timeZone = useTimeZone();
  const nowMs = useNow(minuteMs);
  const today = dayAt(nowMs, timeZone);
  const state = useStateWords(camera);
  const { data } = useQuery(timelineQuery(camera.id, today.from, today.to, minuteMs));
  const coverage = data && coverageOf(data);
  return (
    <Table.Tr>
      <Table.Td>
        <Link href={`/cameras/${camera.id}/settings`}>{camera.name}</Link>
      </Table.Td>
      <Table.Td>
        <StateBadge camera={camera} detail="full" />
        {state.reason && (
          <Text size="xs" c="dimmed">
            {state.reason}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" className="tabular">
        {coverage ? formatShare(coverage.recordedMs, coverage.recordedMs + coverage.gapMs) : '…'}
      </Table.Td>
      <Table.Td ta="right" className="tabular" visibleFrom="xs">
        {coverage ? formatDuration(coverage.gapMs) : '…'}
      </Table.Td>
    </Table.Tr>
  );
}
