import { Code, CopyButton, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { recorderQuery } from '../api/queries.ts';

/** Browsers let pages copy only over https, and on the recorder's own machine. */
const canCopy = 'clipboard' in navigator;

/** Where other programs find the camera: players, other recorders, pages of one's own. */
export function AddressList({ camera }: { camera: CameraDto }) {
  const { data: recorder } = useQuery(recorderQuery);
  const { hostname, origin } = window.location;
  const rtspPort = recorder?.rtspPort ?? null;
  const addresses = [
    ...(rtspPort === null ? [] : [{ name: 'RTSP', address: `rtsp://${hostname}:${rtspPort}/${camera.id}` }]),
    { name: 'HLS', address: `${origin}/api/v1/cameras/${camera.id}/live/index.m3u8` },
    { name: 'WebRTC (WHEP)', address: `${origin}/api/v1/cameras/${camera.id}/live/whep` },
    { name: 'MP4', address: `${origin}/api/v1/cameras/${camera.id}/live/stream.mp4` },
  ];
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">
        Players and other programs find this camera here, in the API as <Code>{camera.id}</Code>.
        {camera.substream && ' Its substream: /sub after the RTSP address, ?stream=sub after the others.'}
      </Text>
      {addresses.map(({ name, address }) => (
        <Group key={name} gap="xs" wrap="nowrap">
          <Text size="sm" w={120} style={{ flexShrink: 0 }}>
            {name}
          </Text>
          <Code style={{ overflowWrap: 'anywhere' }} data-testid={`address-${name}`}>
            {address}
          </Code>
          {canCopy && (
            <CopyButton value={address}>
              {({ copied, copy }) => (
                <UnstyledButton
                  display="flex"
                  aria-label={copied ? `${name} address copied` : `Copy ${name} address`}
                  onClick={copy}
                >
                  {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                </UnstyledButton>
              )}
            </CopyButton>
          )}
        </Group>
      ))}
    </Stack>
  );
}
