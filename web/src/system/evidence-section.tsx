import { Button, Code, Skeleton, Stack, Text } from '@mantine/core';
import type { EvidenceInfo } from '@nightjar/contract';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTimeZone } from '../api/context.tsx';
import { evidenceQuery } from '../api/system-queries.ts';
import { formatDate } from '../time/format.ts';
import styles from './section.module.css';
import { Loaded, Section } from './section.tsx';

/** By what this recorder signs: to be noted elsewhere. */
export function EvidenceSection() {
  const query = useQuery(evidenceQuery);
  const tools = query.data && (
    <Button
      component="a"
      href={`data:application/x-pem-file,${encodeURIComponent(query.data.publicKey)}`}
      download="nightjar-public-key.pem"
      variant="default"
      size="xs"
      leftSection={<IconDownload size={16} />}
      data-testid="evidence-key"
    >
      Public key
    </Button>
  );
  return (
    <Section title="Evidence" tools={tools} testId="evidence">
      <Loaded query={query} failed="The key could not be read" skeleton={<Skeleton h={110} />}>
        {(info) => <Fingerprint info={info} />}
      </Loaded>
    </Section>
  );
}

function Fingerprint({ info: { fingerprint, since } }: { info: EvidenceInfo }) {
  const timeZone = useTimeZone();
  return (
    <div className={styles.card}>
      <Stack gap="xs" p="md">
        <Text size="sm">
          Every recording is signed with this recorder’s key since {formatDate(since, timeZone, 'with-year')}. Note its
          fingerprint where nobody can change it: by it, <Code>nightjar verify</Code> tells footage as it was recorded
          from footage that was altered and signed anew.
        </Text>
        <Code block className="tabular" data-testid="evidence-fingerprint">
          {fingerprint.replaceAll(/(.{4})(?=.)/g, '$1 ').replaceAll(/((?:.{4} ){7}.{4}) /g, '$1\n')}
        </Code>
      </Stack>
    </div>
  );
}
