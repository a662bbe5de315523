import { ActionIcon, Menu } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { IconDotsVertical, IconHistory, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { DeleteDialog } from './delete-dialog.tsx';

/** What is seldom done to a camera of the list. */
export function CameraMenu({ camera }: { camera: CameraDto }) {
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={`More for ${camera.name}`}
            data-testid={`camera-menu-${camera.id}`}
          >
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} href={`/review/${camera.id}`} leftSection={<IconHistory size={16} />}>
            Review its footage
          </Menu.Item>
          <Menu.Item
            component={Link}
            href={`/cameras/${camera.id}/settings`}
            leftSection={<IconPencil size={16} />}
            data-testid={`edit-${camera.id}`}
          >
            Edit
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            data-testid="delete-camera"
            onClick={() => setDeleting(true)}
          >
            Delete …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteDialog
        camera={camera}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => setDeleting(false)}
      />
    </>
  );
}
