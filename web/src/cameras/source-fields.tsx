import { NativeSelect, PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import type { Transport } from '@nightjar/contract';
import { type AddressKind, addressKind, addressProblem, readAddress } from './address.ts';
import { AddressHelp } from './address-help.tsx';
import type { SourceForm } from './settings-form.ts';

interface SourceFieldsProps {
  form: SourceForm;
  onChange(change: Partial<SourceForm>): void;
  /** Errors by field path of the API: `source.url` … */
  errors: Record<string, string>;
  autoFocus?: boolean;
  /** Else the camera's own stream. */
  of?: 'source' | 'substream';
  /** Said where there is no user name or password. */
  otherwise?: string;
}

const words = {
  source: {
    description: 'Mostly the camera’s RTSP address. User name and password may be part of it.',
    placeholder: 'rtsp://192.168.1.20:554/stream1',
  },
  substream: {
    description: 'Often that of the camera with another number or “sub” in it.',
    placeholder: 'rtsp://192.168.1.20:554/stream2',
  },
};

/** Kinds of addresses that nobody signs in at. */
const withoutAccount: Array<AddressKind | null> = ['sent', 'file', 'device'];

/** Address, sign-in and transport, as far as the address has them. */
export function SourceFields({
  form,
  onChange,
  errors,
  autoFocus = false,
  of = 'source',
  otherwise = '',
}: SourceFieldsProps) {
  const testId = of === 'source' ? 'camera' : of;
  const tidy = () => {
    if (form.url.trim() === '') return;
    const { url, username, password } = readAddress(form.url);
    const change: Partial<SourceForm> = { url };
    if (username !== undefined) change.username = username;
    if (password !== undefined) change.password = password;
    onChange(change);
  };
  const urlError = form.url === '' ? null : addressProblem(form.url);
  const kind = addressKind(form.url);
  return (
    <>
      <TextInput
        label="Address"
        description={words[of].description}
        placeholder={words[of].placeholder}
        data-testid={`${testId}-url`}
        data-autofocus={autoFocus}
        autoFocus={autoFocus}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
        value={form.url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
        onBlur={tidy}
        error={errors[`${of}.url`] ?? urlError}
      />
      {of === 'source' && <AddressHelp />}
      {!withoutAccount.includes(kind) && (
        <SimpleGrid cols={{ base: 1, xs: 3 }} style={{ alignItems: 'start' }}>
          {kind !== 'srt' && (
            <TextInput
              label="User name"
              data-testid={`${testId}-username`}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder={otherwise}
              value={form.username}
              onChange={(event) => onChange({ username: event.currentTarget.value })}
              error={errors[`${of}.username`]}
            />
          )}
          <PasswordInput
            label={kind === 'srt' ? 'Passphrase' : 'Password'}
            data-testid={`${testId}-password`}
            autoComplete="new-password"
            placeholder={form.password === null ? 'Unchanged' : otherwise}
            value={form.password ?? ''}
            onChange={(event) => onChange({ password: event.currentTarget.value })}
            error={errors[`${of}.password`]}
          />
          {(kind === null || kind === 'rtsp') && (
            <NativeSelect
              label="Transport"
              data-testid={`${testId}-transport`}
              data={[
                { value: 'auto', label: 'Automatic' },
                { value: 'tcp', label: 'TCP' },
                { value: 'udp', label: 'UDP' },
              ]}
              value={form.transport}
              onChange={(event) => onChange({ transport: event.currentTarget.value as Transport })}
            />
          )}
        </SimpleGrid>
      )}
    </>
  );
}
