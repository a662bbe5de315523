import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconDeviceCctv, IconPlayerPlay } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Brand } from '../ui/brand.tsx';
import { useAddDemoCamera } from './use-add-demo-camera.ts';

/** Shown while the recorder has no camera: the two ways to the first one. */
export function FirstCamera() {
  const demo = useAddDemoCamera();
  return (
    <Stack align="center" justify="center" mih="70dvh" gap="xl" data-testid="first-camera">
      <Stack align="center" gap={6} ta="center">
        <Brand />
        <Title order={2} fz="1.375rem" mt={6}>
          Add your first camera
        </Title>
        <Text c="dimmed" maw={460}>
          It is recorded from the moment you add it, around the clock, and you can watch it here at once.
        </Text>
      </Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720} w="100%">
        <Paper withBorder p="lg">
          <Stack h="100%" justify="space-between">
            <div>
              <Text fw={600} mb={4}>
                An IP camera
              </Text>
              <Text size="sm" c="dimmed">
                Paste its RTSP address, see its picture, give it a name.
              </Text>
            </div>
            <Button
              component={Link}
              href="/cameras/new"
              data-testid="add-camera"
              leftSection={<IconDeviceCctv size={18} />}
            >
              Add a camera
            </Button>
          </Stack>
        </Paper>
        <Paper withBorder p="lg">
          <Stack h="100%" justify="space-between">
            <div>
              <Text fw={600} mb={4}>
                Just looking?
              </Text>
              <Text size="sm" c="dimmed">
                A simulated camera with a moving picture and sound shows what Nightjar does, without any hardware.
              </Text>
            </div>
            <Group grow>
              <Button
                variant="default"
                data-testid="add-demo-camera"
                leftSection={<IconPlayerPlay size={18} />}
                loading={demo.isPending}
                onClick={() => demo.mutate()}
              >
                Add a demo camera
              </Button>
            </Group>
            {demo.isError && (
              <Text size="sm" c="red" role="alert">
                {demo.error.message}
              </Text>
            )}
          </Stack>
        </Paper>
      </SimpleGrid>
    </Stack>
  );
}
