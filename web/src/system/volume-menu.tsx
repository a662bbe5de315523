import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { VolumeDto } from '@nightjar/contract';
import { IconArrowDown, IconArrowUp, IconDotsVertical, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { updateVolume } from '../api/mutations.ts';
import { storageQuery } from '../api/queries.ts';
import { RemoveVolumeDialog } from './remove-volume-dialog.tsx';
import { VolumeDialog } from './volume-dialog.tsx';
import { movedVolumes } from './volume-order.ts';

interface VolumeMenuProps {
  volume: VolumeDto;
  volumes: readonly VolumeDto[];
}

export function VolumeMenu({ volume, volumes }: VolumeMenuProps) {
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const queries = useQueryClient();
  const move = useMutation({
    mutationFn: async (by: -1 | 1) => {
      for (const { id, position } of movedVolumes(volumes, volume.id, by)) await updateVolume(id, { position });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: storageQuery.queryKey }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'The order was not changed', message: error.message }),
  });
  const place = volumes.indexOf(volume);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={30}
            loading={move.isPending}
            aria-label={`More for ${volume.name}`}
            data-testid={`volume-menu-${volume.id}`}
          >
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setDialog('edit')} data-testid="edit-volume">
            Edit
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowUp size={16} />}
            disabled={place === 0}
            onClick={() => move.mutate(-1)}
            data-testid="volume-up"
          >
            Use earlier
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowDown size={16} />}
            disabled={place === volumes.length - 1}
            onClick={() => move.mutate(1)}
            data-testid="volume-down"
          >
            Use later
          </Menu.Item>
          {!volume.isDataFolder && (
            <>
              <Menu.Divider />
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={16} />}
                onClick={() => setDialog('remove')}
                data-testid="remove-volume"
              >
                Remove …
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <VolumeDialog volume={volume} opened={dialog === 'edit'} onClose={() => setDialog(null)} />
      <RemoveVolumeDialog volume={volume} opened={dialog === 'remove'} onClose={() => setDialog(null)} />
    </>
  );
}
