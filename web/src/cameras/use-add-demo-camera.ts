import { useMutation, useQueryClient } from '@tanstack/react-query';
import { addDemoCamera } from '../api/mutations.ts';
import { camerasQuery } from '../api/queries.ts';

export function useAddDemoCamera() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: addDemoCamera,
    onSuccess: () => queries.invalidateQueries({ queryKey: camerasQuery.queryKey }),
  });
}
