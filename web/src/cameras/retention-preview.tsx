import { Alert, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { CameraDto, RetentionPreview as Preview, Retention } from '@nightjar/contract';
import { IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { retentionWishQuery } from '../api/camera-queries.ts';
import { useTimeZone } from '../api/context.tsx';
import { formatBytes, formatMoment } from '../time/format.ts';

interface RetentionPreviewProps extends Retention {
  camera: CameraDto;
}

const typingMs = 400;

/** What saving these limits deletes; nothing is shown for those that are saved. */
export function RetentionPreview({ camera, maxAgeDays, maxSizeBytes }: RetentionPreviewProps) {
  const saved = camera.retention;
  const changed = maxAgeDays !== saved.maxAgeDays || maxSizeBytes !== saved.maxSizeBytes;
  const limited = maxAgeDays !== null || maxSizeBytes !== null;
  const [wish] = useDebouncedValue({ maxAgeDays, maxSizeBytes }, typingMs);
  const settled = wish.maxAgeDays === maxAgeDays && wish.maxSizeBytes === maxSizeBytes;
  const { data, error, isPlaceholderData } = useQuery({
    ...retentionWishQuery(camera.id, wish),
    enabled: changed && limited && settled,
  });
  if (!changed || !limited) return null;
  if (error) {
    return (
      <Text size="sm" c="red" role="alert">
        What saving deletes could not be found out: {error.message}
      </Text>
    );
  }
  if (!data) return <Skeleton h={72} />;
  return <Says preview={data} camera={camera} stale={isPlaceholderData || !settled} />;
}

function Says({ preview, camera, stale }: { preview: Preview; camera: CameraDto; stale: boolean }) {
  const timeZone = useTimeZone();
  const items = preview.items.filter(
    ({ cameraId, reason }) => cameraId === camera.id && (reason === 'age' || reason === 'size'),
  );
  const sizeBytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
  const endMs = Math.max(...items.map(({ to }) => to));
  const kept =
    preview.protectedBytes > 0 &&
    ` ${formatBytes(preview.protectedBytes)} of that age are locked or bookmarked and stay.`;
  const look = {
    variant: 'light',
    role: 'status',
    'data-testid': 'retention-preview',
    opacity: stale ? 0.6 : 1,
  } as const;
  if (items.length === 0) {
    return (
      <Alert {...look} color="gray" icon={<IconInfoCircle />}>
        Saving deletes nothing now.{kept}
      </Alert>
    );
  }
  return (
    <Alert {...look} color="red" icon={<IconTrash />} title={`Saving deletes ${formatBytes(sizeBytes)} for good`}>
      That is the footage before {formatMoment(endMs, timeZone)}; the oldest that is left is from then.{kept}
    </Alert>
  );
}
