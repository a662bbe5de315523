import { useQuery } from '@tanstack/react-query';
import { useNow, useRecordingCount, useTimeZone } from '../api/context.tsx';
import { camerasQuery, recorderQuery, storageQuery } from '../api/queries.ts';
import { systemQuery } from '../api/system-queries.ts';
import { formatLost } from '../cameras/coverage.ts';
import { formatClock, formatDate, formatDuration } from '../time/format.ts';
import { CoverageStrip, useCoverageDays } from './coverage-strip.tsx';
import { Fact, Facts } from './fact.tsx';
import { sumOf, wantedShareText } from './heat.ts';
import { LoadSection } from './load-section.tsx';
import styles from './overview.module.css';
import { Problems } from './problem-list.tsx';
import { RecentEvents } from './recent-events.tsx';
import { forecastWords, storageProblem } from './storage-words.ts';
import { useFindings } from './use-findings.ts';
import { Verdict } from './verdict.tsx';

const none: never[] = [];

/** Is it fine? What is not has its place at the side: nothing moves when something breaks. */
export function Overview() {
  const found = useFindings();
  return (
    <div className={styles.overview}>
      <div className={styles.verdict}>
        <Verdict found={found} />
      </div>
      <div className={styles.facts}>
        <Facts>
          <RecordingFact />
          <StorageFact />
          <CoverageFact />
          <ClockFact />
        </Facts>
      </div>
      <div className={styles.coverage}>
        <CoverageStrip />
      </div>
      <div className={styles.load}>
        <LoadSection />
      </div>
      <div className={styles.aside}>
        {found.state === 'known' && found.problems.length > 0 && <Problems problems={found.problems} />}
        <div className={styles.events}>
          <RecentEvents />
        </div>
      </div>
    </div>
  );
}

function RecordingFact() {
  const { data: cameras, isError } = useQuery(camerasQuery);
  const { recording, paused, unscheduled, failing } = useRecordingCount(cameras ?? none);
  const parts = [
    failing > 0 && `${failing} not recording`,
    unscheduled > 0 && `${unscheduled} not scheduled now`,
    paused > 0 && `${paused} paused`,
  ].filter(Boolean);
  const note = cameras?.length === 0 ? 'No camera yet' : parts.join(', ') || 'All that should';
  return (
    <Fact
      label="Recording"
      value={cameras ? recordingText(recording, cameras.length) : isError ? 'Not known' : undefined}
      note={cameras && note}
      kind={failing > 0 ? 'stopped' : 'plain'}
      href="/system/cameras"
      testId="fact-recording"
    />
  );
}

const recordingText = (recording: number, of: number): string => (of === 0 ? '–' : `${recording} of ${of}`);

function StorageFact() {
  const { data: storage, isError } = useQuery(storageQuery);
  const words = storage && forecastWords(storage.forecast);
  const problem = storage && storageProblem(storage);
  return (
    <Fact
      label="Storage"
      value={problem?.stopped ? problem.title : (words?.value ?? (isError ? 'Not known' : undefined))}
      note={problem && !problem.stopped ? problem.title : words?.note}
      kind={problem?.stopped ? 'stopped' : 'plain'}
      href="/system/storage"
      testId="fact-storage"
    />
  );
}

/** Recorded share of the last 7 days, of the time that should have been. */
function CoverageFact() {
  const { data, isError } = useCoverageDays(7);
  const total = data && sumOf(data.cameras.flatMap(({ days }) => days));
  return (
    <Fact
      label="Recorded in the last 7 days"
      value={total ? wantedShareText(total) : isError ? 'Not known' : undefined}
      note={total && missingText(total)}
      href="/system/reports"
      testId="fact-coverage"
    />
  );
}

function missingText({ recordedMs, wantedGapMs }: ReturnType<typeof sumOf>): string {
  if (recordedMs + wantedGapMs === 0) return 'Nothing was to be recorded';
  return wantedGapMs > 0 ? `${formatLost(wantedGapMs)} missing` : 'Nothing missing';
}

/** The recorder's clock, and whether it can be trusted. */
function ClockFact() {
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  const { data: recorder, isError } = useQuery(recorderQuery);
  const { data: system } = useQuery(systemQuery);
  return (
    <Fact
      label={`Clock, ${timeZone}`}
      value={recorder ? formatClock(nowMs, timeZone) : isError ? 'Not known' : undefined}
      note={
        recorder && `${formatDate(nowMs, timeZone)} · ${clockNote(recorder.clockAheadMs, system?.clock.synchronized)}`
      }
      testId="fact-clock"
    />
  );
}

/** A difference to this device's clock matters most: one of the two is wrong. */
function clockNote(aheadMs: number, synchronized: boolean | null | undefined): string {
  if (Math.abs(aheadMs) >= 2_000) {
    return `${formatDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} this device`;
  }
  if (synchronized === undefined || synchronized === null) return 'as on this device';
  return synchronized ? 'synchronised' : 'not synchronised';
}
