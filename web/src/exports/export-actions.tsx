import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ExportJob, ExportPatch } from '@nightjar/contract';
import {
  IconDotsVertical,
  IconDownload,
  IconFileCertificate,
  IconPin,
  IconPinnedOff,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { exportFileUrl, exportManifestUrl, exportUrl, updateExport } from '../api/exports.ts';
import { exportsKey, withJob } from '../api/queries.ts';
import { formatBytes } from '../time/format.ts';
import styles from './exports.module.css';
import { RemoveExportDialog } from './remove-export-dialog.tsx';

interface ExportActionsProps {
  job: ExportJob;
  /** As the list calls it. */
  name: string;
  nameOf(cameraId: string): string;
}

export function ExportActions({ job, name, nameOf }: ExportActionsProps) {
  const queries = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const update = useMutation({
    mutationFn: (patch: ExportPatch) => updateExport(job.id, patch),
    onSuccess: (changed) => {
      const known = queries.getQueryData(exportsKey);
      if (known) queries.setQueryData(exportsKey, withJob(known, changed));
    },
    onError: (error) => notifications.show({ color: 'red', title: 'It was not changed', message: error.message }),
  });
  const isOver = job.state !== 'queued' && job.state !== 'running';
  return (
    <div className={styles.actions}>
      {isOver && job.files.length > 0 && <Download job={job} />}
      {!isOver && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlayerStop size={15} />}
          loading={update.isPending}
          onClick={() => update.mutate({ state: 'cancelled' })}
          data-testid={`export-cancel-${job.id}`}
        >
          Cancel
        </Button>
      )}
      {(job.state === 'failed' || job.state === 'cancelled') && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconRefresh size={15} />}
          loading={update.isPending}
          onClick={() => update.mutate({ state: 'queued' })}
          data-testid={`export-again-${job.id}`}
        >
          Go on
        </Button>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={26} aria-label={`More of ${name}`} data-testid={`export-menu-${job.id}`}>
            <IconDotsVertical size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown className={styles.menu}>
          <Files job={job} nameOf={nameOf} />
          <Menu.Item
            leftSection={job.keep ? <IconPinnedOff size={16} /> : <IconPin size={16} />}
            onClick={() => update.mutate({ keep: !job.keep })}
            data-testid={`export-keep-${job.id}`}
          >
            {job.keep ? 'Let it go after some days' : 'Keep it'}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => setRemoving(true)}
            data-testid={`export-remove-${job.id}`}
          >
            Remove …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RemoveExportDialog job={job} name={name} opened={removing} onClose={() => setRemoving(false)} />
    </div>
  );
}

function Download({ job }: { job: ExportJob }) {
  const isZip = job.files.length > 1 || job.hasManifest;
  return (
    <Button
      component="a"
      href={exportUrl(job.id)}
      download
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={15} />}
      data-testid={`export-download-${job.id}`}
    >
      {isZip ? 'Download all (ZIP)' : `Download ${job.settings.format.toUpperCase()}`}
    </Button>
  );
}

/** Each file by itself, also while others are being made. */
function Files({ job, nameOf }: Omit<ExportActionsProps, 'name'>) {
  if (job.files.length === 0) return null;
  return (
    <>
      <Menu.Label>Files</Menu.Label>
      <div className={styles.files}>
        {job.files.map(({ index, name, cameraId, sizeBytes }) => (
          <Menu.Item
            key={name}
            component="a"
            href={exportFileUrl(job.id, index)}
            download
            leftSection={<IconDownload size={16} />}
            title={nameOf(cameraId)}
          >
            <span className={styles.fileName}>{name}</span>{' '}
            <span className={styles.dimmed}>{formatBytes(sizeBytes)}</span>
          </Menu.Item>
        ))}
        {job.hasManifest && (
          <Menu.Item
            component="a"
            href={exportManifestUrl(job.id)}
            download
            leftSection={<IconFileCertificate size={16} />}
            data-testid={`export-manifest-${job.id}`}
          >
            Evidence (signed manifest)
          </Menu.Item>
        )}
      </div>
      <Menu.Divider />
    </>
  );
}
