import type { VolumeDto } from '@nightjar/contract';
import { IconAlertTriangleFilled, IconCircleDashed, IconCircleFilled } from '@tabler/icons-react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { formatBytes, formatDate, formatSince } from '../time/format.ts';
import { type VolumeKind, volumeShares, volumeWords } from './storage-words.ts';
import styles from './volume.module.css';
import { VolumeMenu } from './volume-menu.tsx';

interface VolumeCardProps {
  volume: VolumeDto;
  /** All of them, in the order they are used. */
  volumes: readonly VolumeDto[];
}

/** A volume: what it does, what is on it, and what to do if something is wrong. */
export function VolumeCard({ volume, volumes }: VolumeCardProps) {
  const timeZone = useTimeZone();
  const words = volumeWords(volume, volumes);
  return (
    <li className={styles.volume} data-testid={`volume-${volume.id}`} data-state={volume.state}>
      <div className={styles.head}>
        <span className={`tabular ${styles.number}`} title="Place in the order of use">
          {volumes.indexOf(volume) + 1}
        </span>
        <div className={styles.who}>
          <strong>{volume.name}</strong>
          <span className={styles.path}>{volume.path}</span>
        </div>
        <State volume={volume} kind={words.kind} word={words.word} />
        <VolumeMenu volume={volume} volumes={volumes} />
      </div>
      {words.detail && (
        <p className={styles.detail} data-kind={words.kind}>
          {words.detail}
        </p>
      )}
      <Bar volume={volume} />
      <p className={`tabular ${styles.facts}`}>
        {volume.oldestAt === null
          ? 'No footage on it'
          : `Oldest footage ${formatDate(volume.oldestAt, timeZone, 'with-year')}`}
        {volume.exportsBytes > 0 && ` · exports ${formatBytes(volume.exportsBytes)}`}
        {volume.quotaBytes !== null && ` · recordings take at most ${formatBytes(volume.quotaBytes)}`}
        {volume.isDataFolder && ' · also holds the database'}
      </p>
    </li>
  );
}

const icons: Record<VolumeKind, typeof IconCircleFilled> = {
  active: IconCircleFilled,
  idle: IconCircleDashed,
  trouble: IconAlertTriangleFilled,
};

function State({ volume, kind, word }: { volume: VolumeDto; kind: VolumeKind; word: string }) {
  const timeZone = useTimeZone();
  const nowMs = useNow(60_000);
  const Icon = icons[kind];
  return (
    <span className={`tabular ${styles.state}`} data-kind={kind}>
      <Icon size={kind === 'active' ? 9 : 14} aria-hidden="true" />
      {kind === 'trouble' ? `${word} since ${formatSince(volume.since, nowMs, timeZone)}` : word}
    </span>
  );
}

/** What is on a volume, with a line where its quota ends. The legend says the same in words. */
function Bar({ volume }: { volume: VolumeDto }) {
  const shares = volumeShares(volume);
  const { totalBytes, freeBytes, recordingsBytes, keepFreeBytes } = volume;
  if (!shares || totalBytes === null || freeBytes === null) {
    return (
      <p className={`tabular ${styles.legend}`}>
        <Part part="recordings" text={`Recordings ${formatBytes(recordingsBytes)}`} />
        <span>Its size is not known now</span>
      </p>
    );
  }
  const width = (share: number) => ({ width: `${share * 100}%` });
  return (
    <>
      <div className={styles.bar} aria-hidden="true">
        <i data-part="recordings" style={width(shares.recordings)} />
        <i data-part="others" style={width(shares.others)} />
        <i data-part="free" style={width(shares.free)} />
        <i data-part="kept" style={width(shares.kept)} />
        {shares.quota !== null && <b className={styles.quota} style={{ left: `${shares.quota * 100}%` }} />}
      </div>
      <p className={`tabular ${styles.legend}`}>
        <Part part="recordings" text={`Recordings ${formatBytes(recordingsBytes)}`} />
        <Part part="others" text={`Other files ${formatBytes(shares.others * totalBytes)}`} />
        <Part part="free" text={`Free ${formatBytes(freeBytes)}`} />
        <Part part="kept" text={`of it kept free ${formatBytes(keepFreeBytes)}`} />
        <span className={styles.total}>of {formatBytes(totalBytes)}</span>
      </p>
    </>
  );
}

function Part({ part, text }: { part: 'recordings' | 'others' | 'free' | 'kept'; text: string }) {
  return (
    <span className={styles.part}>
      <i data-part={part} aria-hidden="true" />
      {text}
    </span>
  );
}
