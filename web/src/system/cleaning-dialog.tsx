import { Modal, Skeleton, Stack, Table, Text } from '@mantine/core';
import type { RetentionPreview } from '@nightjar/contract';
import { IconSparkles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTimeZone } from '../api/context.tsx';
import { camerasQuery, storageQuery } from '../api/queries.ts';
import { retentionPreviewQuery } from '../api/system-queries.ts';
import { formatBytes, formatClock, formatDate } from '../time/format.ts';
import { Message } from '../ui/message.tsx';
import { Loaded } from './section.tsx';
import { reasonText } from './storage-words.ts';
import styles from './table.module.css';

interface CleaningDialogProps {
  opened: boolean;
  onClose(): void;
}

/** What cleaning would remove now, by which rule, and what it must leave. */
export function CleaningDialog({ opened, onClose }: CleaningDialogProps) {
  const query = useQuery({ ...retentionPreviewQuery, enabled: opened });
  return (
    <Modal opened={opened} onClose={onClose} title="What would be cleaned now" size="xl">
      <Loaded query={query} failed="It could not be found out" skeleton={<Skeleton h={220} />}>
        {(preview) => <Preview preview={preview} />}
      </Loaded>
    </Modal>
  );
}

function Preview({ preview }: { preview: RetentionPreview }) {
  const { items, segments, sizeBytes, protectedSegments, protectedBytes } = preview;
  const { data: cameras = [] } = useQuery(camerasQuery);
  const { data: storage } = useQuery(storageQuery);
  const timeZone = useTimeZone();
  const kept =
    protectedSegments > 0 ? (
      <Text size="sm" c="dimmed" className="tabular">
        {formatBytes(protectedBytes)} more would go, but are locked or bookmarked.
      </Text>
    ) : null;
  if (items.length === 0) {
    return (
      <Message icon={<IconSparkles size={26} />} title="Nothing would go">
        No footage is beyond what cameras keep, and every volume has the room it needs.
        {kept}
      </Message>
    );
  }
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  const volumeOf = (id: string) => storage?.volumes.find((volume) => volume.id === id)?.name ?? id;
  const moment = (at: number) => `${formatDate(at, timeZone)} ${formatClock(at, timeZone, 'minute')}`;
  return (
    <Stack gap="sm" data-testid="cleaning-items">
      <Text size="sm" className="tabular">
        <strong>{formatBytes(sizeBytes)}</strong> in {segments.toLocaleString('en-GB')} files. Cleaning runs by itself;
        nothing has to be done.
      </Text>
      {kept}
      <div className={styles.scroll}>
        <Table verticalSpacing={6} className="tabular" miw={560}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Camera</Table.Th>
              <Table.Th>Footage</Table.Th>
              <Table.Th ta="right">Size</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ cameraId, volumeId, reason, from, to, sizeBytes: size }) => (
              <Table.Tr key={`${cameraId} ${volumeId} ${from}`}>
                <Table.Td>{nameOf(cameraId)}</Table.Td>
                <Table.Td>
                  {moment(from)} to {moment(to)}
                </Table.Td>
                <Table.Td ta="right">{formatBytes(size)}</Table.Td>
                <Table.Td>
                  {reasonText[reason]}
                  {storage && storage.volumes.length > 1 && (
                    <Text span size="xs" c="dimmed" display="block">
                      on {volumeOf(volumeId)}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Stack>
  );
}
