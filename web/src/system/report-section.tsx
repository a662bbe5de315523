import { ActionIcon, Button, NativeSelect, Skeleton } from '@mantine/core';
import type { ReportSummary } from '@nightjar/contract';
import { IconChevronLeft, IconChevronRight, IconReport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useNow, useTimeZone } from '../api/context.tsx';
import { recorderQuery } from '../api/queries.ts';
import { reportQuery, reportsQuery } from '../api/system-queries.ts';
import { formatDate, formatShare } from '../time/format.ts';
import { addDays, dateAt, dayOfDate } from '../time/zone.ts';
import { Message } from '../ui/message.tsx';
import { Report } from './report.tsx';
import { Loaded, Section } from './section.tsx';
import styles from './table.module.css';

/** The report of one day; `date` (`YYYY-MM-DD`) undefined for today so far. */
export function ReportSection({ date }: { date: string | undefined }) {
  const timeZone = useTimeZone();
  const today = dateAt(useNow(60_000), timeZone);
  const shown = date !== undefined && /^\d{4}-\d\d-\d\d$/.test(date) ? date : today;
  // Which day today is, the recorder's time zone says.
  const isKnown = useQuery(recorderQuery).data !== undefined || shown === date;
  const query = useQuery({ ...reportQuery(shown, shown === today), enabled: isKnown });
  return (
    <Section
      title={shown === today ? 'Today so far' : formatDate(dayOfDate(shown, timeZone).from, timeZone, 'with-year')}
      query={query}
      tools={<DayChoice shown={shown} today={today} />}
      testId="report"
    >
      {query.error?.code === 'report_not_found' ? (
        <Message icon={<IconReport size={26} />} title="There is no report of this day">
          {query.error.message}
        </Message>
      ) : (
        <Loaded query={query} failed="The report could not be read" skeleton={<Skeleton h={420} />}>
          {(report) => <Report report={report} />}
        </Loaded>
      )}
    </Section>
  );
}

const hrefOf = (date: string) => `/system/reports/${date}`;

function DayChoice({ shown, today }: { shown: string; today: string }) {
  const { data: reports = [] } = useQuery(reportsQuery);
  const timeZone = useTimeZone();
  const [, navigate] = useLocation();
  const yesterday = addDays(today, -1);
  const oldest = reports.at(-1)?.date ?? today;
  const known = reports.some(({ date }) => date === shown);
  const options = known ? reports : [{ date: shown, complete: shown !== today, wantedShare: null }, ...reports];
  return (
    <div className={styles.days}>
      <Step label="Day before" to={addDays(shown, -1)} enabled={shown > oldest} Icon={IconChevronLeft} />
      <NativeSelect
        size="xs"
        aria-label="Day of the report"
        value={shown}
        onChange={(event) => navigate(hrefOf(event.currentTarget.value))}
        data={options.map((report) => ({ value: report.date, label: labelOf(report, timeZone, today) }))}
        data-testid="report-day"
      />
      <Step label="Day after" to={addDays(shown, 1)} enabled={shown < today} Icon={IconChevronRight} />
      <Button
        size="xs"
        variant="default"
        disabled={yesterday < oldest || shown === yesterday}
        onClick={() => navigate(hrefOf(yesterday))}
        data-testid="report-yesterday"
      >
        Yesterday
      </Button>
    </div>
  );
}

interface StepProps {
  label: string;
  to: string;
  enabled: boolean;
  Icon: typeof IconChevronLeft;
}

function Step({ label, to, enabled, Icon }: StepProps) {
  const [, navigate] = useLocation();
  return (
    <ActionIcon variant="default" size={30} aria-label={label} disabled={!enabled} onClick={() => navigate(hrefOf(to))}>
      <Icon size={16} />
    </ActionIcon>
  );
}

function labelOf({ date, wantedShare }: ReportSummary, timeZone: string, today: string): string {
  const day = date === today ? 'Today so far' : formatDate(dayOfDate(date, timeZone).from, timeZone, 'with-year');
  return wantedShare === null ? day : `${day}, ${formatShare(wantedShare, 1)}`;
}
