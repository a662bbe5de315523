import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ApiFailure } from '../api/client.ts';

/** Why nothing was saved, where no field is at fault. */
export function SaveFailure({ title, failure }: { title: string; failure: ApiFailure }) {
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle />} title={title}>
      {failure.message}
    </Alert>
  );
}
