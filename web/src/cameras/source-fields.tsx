import { NativeSelect, PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import type { Transport } from '@nightjar/contract';
import { isAddress, readAddress } from './address.ts';
import type { SettingsForm } from './settings-form.ts';

interface SourceFieldsProps {
  form: SettingsForm;
  onChange(change: Partial<SettingsForm>): void;
  /** Errors by field path of the API: `source.url` … */
  errors: Record<string, string>;
  autoFocus?: boolean;
}

/** Address, sign-in and transport. */
export function SourceFields({ form, onChange, errors, autoFocus = false }: SourceFieldsProps) {
  const tidy = () => {
    if (form.url.trim() === '') return;
    const { url, username, password } = readAddress(form.url);
    const change: Partial<SettingsForm> = { url };
    if (username !== undefined) change.username = username;
    if (password !== undefined) change.password = password;
    onChange(change);
  };
  const urlError =
    form.url !== '' && !isAddress(form.url) ? 'An address looks like rtsp://192.168.1.20:554/stream1' : null;
  return (
    <>
      <TextInput
        label="Address"
        description="The camera’s RTSP address. User name and password may be part of it."
        placeholder="rtsp://192.168.1.20:554/stream1"
        data-testid="camera-url"
        data-autofocus={autoFocus}
        autoFocus={autoFocus}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
        value={form.url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
        onBlur={tidy}
        error={errors['source.url'] ?? urlError}
      />
      <SimpleGrid cols={{ base: 1, xs: 3 }} style={{ alignItems: 'start' }}>
        <TextInput
          label="User name"
          data-testid="camera-username"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={form.username}
          onChange={(event) => onChange({ username: event.currentTarget.value })}
          error={errors['source.username']}
        />
        <PasswordInput
          label="Password"
          data-testid="camera-password"
          autoComplete="new-password"
          placeholder={form.password === null ? 'Unchanged' : ''}
          value={form.password ?? ''}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
          error={errors['source.password']}
        />
        <NativeSelect
          label="Transport"
          data-testid="camera-transport"
          data={[
            { value: 'auto', label: 'Automatic' },
            { value: 'tcp', label: 'TCP' },
            { value: 'udp', label: 'UDP' },
          ]}
          value={form.transport}
          onChange={(event) => onChange({ transport: event.currentTarget.value as Transport })}
        />
      </SimpleGrid>
    </>
  );
}
