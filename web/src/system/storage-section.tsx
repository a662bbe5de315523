import { Button, Skeleton, Stack } from '@mantine/core';
import type { Storage, VolumeDto } from '@nightjar/contract';
import { IconEraser, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { storageQuery } from '../api/queries.ts';
import { formatBytes } from '../time/format.ts';
import { CleaningDialog } from './cleaning-dialog.tsx';
import { Fact, Facts } from './fact.tsx';
import { Loaded, Section } from './section.tsx';
import { forecastWords } from './storage-words.ts';
import styles from './volume.module.css';
import { VolumeCard } from './volume-card.tsx';
import { VolumeDialog } from './volume-dialog.tsx';

const refreshMs = 15_000;

/** Where recordings go, and for how long there is room. */
export function StorageSection() {
  const query = useQuery({ ...storageQuery, refetchInterval: refreshMs });
  const [adding, setAdding] = useState(false);
  const [cleaning, setCleaning] = useState(false);
  const tools = (
    <>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconEraser size={16} />}
        onClick={() => setCleaning(true)}
        data-testid="cleaning-preview"
      >
        What would be cleaned
      </Button>
      <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)} data-testid="add-volume">
        Add a volume
      </Button>
    </>
  );
  return (
    <Section title="Storage" query={query} tools={tools} testId="storage">
      <Loaded query={query} failed="The storage could not be read" skeleton={<Waiting />}>
        {(storage) => <Volumes storage={storage} />}
      </Loaded>
      <VolumeDialog volume={null} opened={adding} onClose={() => setAdding(false)} />
      <CleaningDialog opened={cleaning} onClose={() => setCleaning(false)} />
    </Section>
  );
}

function Waiting() {
  return (
    <Stack gap="sm">
      <Skeleton h={92} />
      <Skeleton h={150} />
    </Stack>
  );
}

function Volumes({ storage: { volumes, forecast } }: { storage: Storage }) {
  const words = forecastWords(forecast);
  const taking = volumes.filter(({ use, state }) => use === 'record' && state === 'ready');
  const recordings = sum(volumes, ({ recordingsBytes }) => recordingsBytes);
  const room = sum(taking, ({ freeBytes, keepFreeBytes }) => Math.max(0, (freeBytes ?? 0) - keepFreeBytes));
  return (
    <Stack gap="sm">
      <Facts>
        <Fact label="Forecast" value={words.value} note={words.note} testId="fact-forecast" />
        <Fact
          label="Recordings"
          value={formatBytes(recordings)}
          note={volumes.length === 1 ? 'on one volume' : `on ${volumes.length} volumes`}
        />
        <Fact label="Room for recordings" value={formatBytes(room)} note="Free, without what is kept free" />
        <Fact
          label="Cameras write"
          value={forecast.bytesPerDay > 0 ? `${formatBytes(forecast.bytesPerDay)} a day` : 'Not known yet'}
          note={forecast.bytesPerDay > 0 ? 'On average of the last 7 days' : 'Known after some hours of recording'}
        />
      </Facts>
      <ol className={styles.list} aria-label="Volumes in the order they are used">
        {volumes.map((volume) => (
          <VolumeCard key={volume.id} volume={volume} volumes={volumes} />
        ))}
      </ol>
      <p className={styles.explain}>
        Recordings go to the first volume that can take them; when it fails or is full, the next takes over within
        seconds. When all are full, the oldest footage goes first, but never what is locked or bookmarked.
      </p>
    </Stack>
  );
}

const sum = (volumes: readonly VolumeDto[], of: (volume: VolumeDto) => number): number =>
  volumes.reduce((total, volume) => total + of(volume), 0);
