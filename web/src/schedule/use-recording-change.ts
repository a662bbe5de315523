import { notifications } from '@mantine/notifications';
import type { CameraDto, Override, Recording } from '@nightjar/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { setRecording } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';

/** Changes mode or override of a camera at once, apart from any form. */
export function useRecordingChange(camera: CameraDto) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (wanted: Partial<Recording>) => setRecording(camera.id, wanted),
    onSuccess: (saved) => {
      queries.setQueryData(camerasQuery.queryKey, (cameras) =>
        cameras?.map((known) => (known.id === saved.id ? saved : known)),
      );
    },
    onError: (error) =>
      notifications.show({
        color: 'red',
        title: `The recording of ${camera.name} was not changed`,
        message: error.message,
      }),
  });
  return {
    pending: change.isPending,
    override: (record: boolean, untilMs: number) =>
      change.mutate({ override: { record, until: Math.round(untilMs) as Override['until'] } }),
    endOverride: () => change.mutate({ override: null }),
    setMode: (mode: Recording['mode']) => change.mutate({ mode }),
  };
}
