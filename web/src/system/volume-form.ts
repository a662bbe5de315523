import type { VolumeCreate, VolumeDto, VolumePatch } from '@nightjar/contract';

/** A volume's settings as a dialog holds them. Sizes in GB; empty: none, or the default. */
export interface VolumeForm {
  path: string;
  name: string;
  use: 'record' | 'read';
  quotaGb: number | '';
  keepFreeGb: number | '';
}

const gigabyte = 1e9;

/** null: a new one. */
export function volumeFormOf(volume: VolumeDto | null): VolumeForm {
  if (!volume) return { path: '', name: '', use: 'record', quotaGb: '', keepFreeGb: '' };
  const { path, name, use, quotaBytes, keepFreeBytes, keepFreeIsDefault } = volume;
  return {
    path,
    name,
    use,
    quotaGb: quotaBytes === null ? '' : quotaBytes / gigabyte,
    keepFreeGb: keepFreeIsDefault ? '' : keepFreeBytes / gigabyte,
  };
}

const bytesOf = (gb: number | ''): number | null => (gb === '' ? null : Math.round(gb * gigabyte));

export function volumeOf({ path, name, use, quotaGb, keepFreeGb }: VolumeForm): VolumeCreate {
  return {
    path: path.trim(),
    use,
    quotaBytes: bytesOf(quotaGb),
    keepFreeBytes: bytesOf(keepFreeGb),
    ...(name.trim() !== '' && { name: name.trim() }),
  };
}

/** What the form changes; empty when nothing. */
export function volumePatchOf(volume: VolumeDto, form: VolumeForm): VolumePatch {
  const before = volumeFormOf(volume);
  const { path, name } = volumeOf(form);
  return {
    ...(path !== before.path && { path }),
    ...(name !== undefined && name !== before.name && { name }),
    ...(form.use !== before.use && { use: form.use }),
    ...(form.quotaGb !== before.quotaGb && { quotaBytes: bytesOf(form.quotaGb) }),
    ...(form.keepFreeGb !== before.keepFreeGb && { keepFreeBytes: bytesOf(form.keepFreeGb) }),
  };
}
