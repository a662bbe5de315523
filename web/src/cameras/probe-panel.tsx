import { Alert, Box, Button, Group, Image, List, Loader, Paper, Stack, Text } from '@mantine/core';
import type { ProbeRequest, ProbeResult } from '@nightjar/contract';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconPlugConnected,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ApiFailure } from '../api/client.ts';
import { probe } from '../api/mutations.ts';
import { type ProbeHelp, probeHelp, probeSteps } from './probe-help.ts';

interface ProbePanelProps {
  source: ProbeRequest;
  disabled: boolean;
  /** Said instead of the button's usual text. */
  label?: string;
  testId?: string;
  /** False: it is only looked at. */
  recorded?: boolean;
  onFound?(result: ProbeResult): void;
}

/** "Try it": shows the picture and what the source has, or which step failed and what to try. */
export function ProbePanel({
  source,
  disabled,
  label = 'Try it',
  testId = 'try-it',
  recorded = true,
  onFound,
}: ProbePanelProps) {
  const running = useRef<AbortController>(null);
  const trial = useMutation({
    mutationFn: (wanted: ProbeRequest) => {
      running.current?.abort();
      running.current = new AbortController();
      return probe(wanted, running.current.signal);
    },
    onSuccess: (result) => onFound?.(result),
  });
  useEffect(() => () => running.current?.abort(), []);
  return (
    <Stack gap="sm">
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={18} />}
          data-testid={testId}
          disabled={disabled}
          loading={trial.isPending}
          onClick={() => trial.mutate(source)}
        >
          {label}
        </Button>
        {trial.isPending && (
          <Text size="sm" c="dimmed" role="status">
            Asking the camera for a picture; at most 10 seconds …
          </Text>
        )}
      </Group>
      {trial.isPending && <Waiting />}
      {trial.isSuccess && <Found result={trial.data} recorded={recorded} />}
      {trial.isError && <Failed failure={trial.error} address={source.url} />}
    </Stack>
  );
}

function Waiting() {
  return (
    <Paper withBorder bg="var(--nj-stage)" h={220} maw={480}>
      <Group h="100%" justify="center">
        <Loader color="gray" aria-hidden="true" />
      </Group>
    </Paper>
  );
}

function Found({ result, recorded }: { result: ProbeResult; recorded: boolean }) {
  const { video, audio } = result.media;
  const facts: Array<[string, string]> = [
    [
      'Picture',
      `${video.width} × ${video.height}${video.fps === null ? '' : `, ${Math.round(video.fps * 10) / 10} frames/s`}`,
    ],
    ['Video', videoText(video, recorded)],
    ['Sound', audio ? soundText(audio, recorded) : 'none'],
    ['Received', `${receivedText(result.media)}, answered after ${(result.elapsedMs / 1000).toFixed(1)} s`],
  ];
  return (
    <Paper withBorder maw={480} style={{ overflow: 'hidden' }}>
      <Image
        src={`data:image/jpeg;base64,${result.jpegBase64}`}
        alt="Picture of the camera now"
        data-testid="probe-picture"
        bg="var(--nj-stage)"
        mah={320}
        fit="contain"
      />
      <Box p="sm">
        <Group gap={8} mb={8} role="status">
          <IconCircleCheck size={18} aria-hidden="true" />
          <Text fw={600}>It works</Text>
        </Group>
        <table>
          <tbody>
            {facts.map(([what, value]) => (
              <tr key={what}>
                <Text component="th" size="sm" c="dimmed" fw={400} ta="left" pr="md" scope="row">
                  {what}
                </Text>
                <Text component="td" size="sm" className="tabular">
                  {value}
                </Text>
              </tr>
            ))}
          </tbody>
        </table>
      </Box>
    </Paper>
  );
}

function videoText({ codec, profile, sourceCodec }: ProbeResult['media']['video'], recorded: boolean): string {
  const name = `${codec === 'h264' ? 'H.264' : 'H.265'}${profile ? ` (${profile})` : ''}`;
  if (sourceCodec) return `${sourceCodec.toUpperCase()}, encoded to H.264`;
  return recorded ? `${name}, recorded as it is` : name;
}

const received = {
  tcp: 'TCP',
  udp: 'UDP',
  http: 'HTTP',
  hls: 'HLS',
  rtmp: 'RTMP',
  srt: 'SRT',
  file: 'From a file',
  device: 'From a device',
};

function receivedText({ transport, certificateTrusted }: ProbeResult['media']): string {
  if (certificateTrusted === undefined) return received[transport];
  return `${received[transport]}, encrypted${certificateTrusted ? '' : ' (its certificate is not verified)'}`;
}

function soundText(audio: NonNullable<ProbeResult['media']['audio']>, recorded: boolean): string {
  const codec = audio.codec.toUpperCase();
  if (!recorded) return codec;
  if (audio.recordedAs === null) return `${codec}, cannot be recorded`;
  return audio.codec.toLowerCase() === 'aac' ? 'AAC, recorded as it is' : `${codec}, recorded as AAC`;
}

function Failed({ failure, address }: { failure: ApiFailure; address: string }) {
  const help = probeHelp(failure, address);
  return (
    <Alert
      variant="light"
      color="red"
      maw={640}
      role="alert"
      icon={<IconAlertTriangle />}
      title={help.title}
      data-testid="probe-failure"
      data-code={failure.code}
    >
      <Stack gap="sm">
        <Text size="sm">{failure.message}</Text>
        {help.step !== null && <Steps failed={help.step} />}
        <Tries tries={help.tries} />
      </Stack>
    </Alert>
  );
}

function Steps({ failed }: { failed: number }) {
  return (
    <List size="sm" spacing={4} center listStyleType="none" aria-label="Steps">
      {probeSteps.map((step, index) => (
        <List.Item key={step} icon={<StepIcon index={index} failed={failed} />}>
          <Text size="sm" component="span" c={index > failed ? 'dimmed' : 'inherit'} fw={index === failed ? 600 : 400}>
            {step}
            {index < failed ? ': done' : index === failed ? ': failed' : ''}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

function StepIcon({ index, failed }: { index: number; failed: number }) {
  if (index < failed) return <IconCircleCheck size={18} aria-hidden="true" />;
  if (index === failed) return <IconCircleX size={18} color="var(--nj-red)" aria-hidden="true" />;
  return <IconCircleDashed size={18} color="var(--nj-dimmed)" aria-hidden="true" />;
}

function Tries({ tries }: Pick<ProbeHelp, 'tries'>) {
  if (tries.length === 0) return null;
  return (
    <Box>
      <Text size="sm" fw={600} mb={4}>
        What to try
      </Text>
      <List size="sm" spacing={4}>
        {tries.map((text) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
    </Box>
  );
}
