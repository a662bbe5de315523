import { Anchor, Box, Collapse, Flex, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

const kinds: Array<{ example: string; what: string }> = [
  { example: 'rtsp://192.168.1.20:554/stream1', what: 'Most IP cameras; rtsps:// for those that encrypt' },
  { example: 'http://192.168.1.21/video.mjpg', what: 'MJPEG, MPEG-TS, FLV or MP4 over HTTP; https:// too' },
  { example: 'https://example.org/live/index.m3u8', what: 'HLS' },
  { example: 'rtmp://192.168.1.22/live/door', what: 'RTMP; rtmps:// too' },
  { example: 'srt://192.168.1.23:9000', what: 'SRT; the passphrase is the password' },
  { example: 'udp://239.0.0.1:5000', what: 'MPEG-TS sent to a group or to this machine; rtp:// too' },
  { example: 'v4l2:///dev/video0', what: 'A camera plugged into the recorder' },
  { example: 'file:///media/clip.mp4?loop', what: 'A file of the recorder, in a folder opened with --media-dir' },
];

/** What other addresses there are than those of most cameras; shown when asked for. */
export function AddressHelp() {
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <Box mt={-8}>
      <Anchor
        component="button"
        type="button"
        size="sm"
        onClick={toggle}
        aria-expanded={opened}
        data-testid="address-help"
      >
        {opened ? 'Hide the kinds of addresses' : 'Which addresses work?'}
      </Anchor>
      <Collapse expanded={opened}>
        <Stack mt={6} gap={6}>
          {kinds.map(({ example, what }) => (
            <Flex key={example} direction={{ base: 'column', sm: 'row' }} columnGap="md">
              <Text ff="monospace" fz="0.8125rem" lh={1.5} w={{ sm: 290 }} style={{ flexShrink: 0 }}>
                {example}
              </Text>
              <Text size="sm" c="dimmed">
                {what}
              </Text>
            </Flex>
          ))}
        </Stack>
      </Collapse>
    </Box>
  );
}
