import { Alert, Skeleton, Text } from '@mantine/core';
import { IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useTimeZone } from '../api/context.tsx';
import { formatBytes, formatMoment } from '../time/format.ts';
import type { WouldDelete } from './use-would-delete.ts';

/** What saving the limits deletes, before it is saved. */
export function RetentionPreview({ wouldDelete }: { wouldDelete: WouldDelete }) {
  switch (wouldDelete.state) {
    case 'unchanged':
      return null;
    case 'asking':
      return <Skeleton h={86} />;
    case 'unknown':
      return (
        <Text size="sm" c="red" role="alert">
          What saving deletes could not be found out: {wouldDelete.failure.message}
        </Text>
      );
    case 'known':
      return <Known {...wouldDelete} />;
  }
}

function Known({ sizeBytes, beforeMs, protectedBytes }: Extract<WouldDelete, { state: 'known' }>) {
  const timeZone = useTimeZone();
  const look = { variant: 'light', role: 'status', 'data-testid': 'retention-preview' } as const;
  const stays = protectedBytes > 0 && ` ${formatBytes(protectedBytes)} more are locked or bookmarked and stay.`;
  if (beforeMs === null) {
    return (
      <Alert {...look} color="gray" icon={<IconInfoCircle />}>
        Saving deletes nothing now.{stays}
      </Alert>
    );
  }
  return (
    <Alert {...look} color="red" icon={<IconTrash />} title={`Saving deletes ${formatBytes(sizeBytes)} for good`}>
      That is the footage before {formatMoment(beforeMs, timeZone)}; the oldest that is left is from then.{stays}
    </Alert>
  );
}
