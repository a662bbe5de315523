import { notifications } from '@mantine/notifications';
import type { CameraDto } from '@nightjar/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { setRecording } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';

/** Pauses or resumes the recording of a camera; `toggle` does the other of what is set now. */
export function useRecordingSwitch(camera: CameraDto) {
  const queries = useQueryClient();
  const paused = camera.recording.mode === 'off';
  const change = useMutation({
    mutationFn: () => setRecording(camera.id, paused ? 'continuous' : 'off'),
    onSuccess: () => queries.invalidateQueries({ queryKey: camerasQuery.queryKey }),
    onError: (error) =>
      notifications.show({
        color: 'red',
        title: paused ? 'Recording was not resumed' : 'Recording was not paused',
        message: error.message,
      }),
  });
  return { paused, pending: change.isPending, toggle: () => change.mutate() };
}
