import type { ExportCreate, ExportSettings, Timelapse } from '@nightjar/contract';

/** What is on the form. */
export interface ExportForm {
  mode: 'range' | 'days';
  cameraIds: string[];
  /** Unix ms; null while what is typed is no moment. */
  from: number | null;
  to: number | null;
  /** `YYYY-MM-DD` */
  dates: string[];
  kind: 'video' | 'timelapse';
  /** Of a timelapse: what of it is given, and how much. */
  by: 'speed' | 'length';
  speed: number;
  lengthSeconds: number;
  format: ExportSettings['format'];
  exact: boolean;
  times: ExportSettings['times'];
  sound: boolean;
  stream: ExportSettings['stream'];
  evidence: boolean;
  title: string;
}

export const emptyForm: Omit<ExportForm, 'mode' | 'cameraIds' | 'from' | 'to'> = {
  dates: [],
  kind: 'video',
  by: 'speed',
  speed: 60,
  lengthSeconds: 60,
  format: 'mp4',
  exact: false,
  times: 'subtitle',
  sound: true,
  stream: 'main',
  evidence: false,
  title: '',
};

/** What to ask the recorder for; null while something is missing. */
export function wishOf(form: ExportForm, madeBy: string): ExportCreate | null {
  const { mode, cameraIds, from, to, dates, kind, format, exact, times, sound, stream, evidence, title } = form;
  if (cameraIds.length === 0) return null;
  const isTimelapse = kind === 'timelapse';
  const settings = {
    ...{ format, times, stream, evidence },
    cut: exact && mode === 'range' ? ('exact' as const) : ('keyframe' as const),
    sound: sound && !isTimelapse,
    timelapse: isTimelapse ? timelapseOf(form) : null,
  };
  const who = { title: title.trim(), madeBy: madeBy.trim() };
  const cameras = cameraIds as ExportCreate['cameraIds'];
  if (mode === 'days')
    return dates.length === 0 ? null : { cameraIds: cameras, dates: dates.toSorted(), ...settings, ...who };
  if (from === null || to === null || to <= from) return null;
  return { cameraIds: cameras, from: Math.floor(from), to: Math.ceil(to), ...settings, ...who };
}

const timelapseOf = ({ by, speed, lengthSeconds }: ExportForm): Timelapse =>
  by === 'speed' ? { speed } : { lengthSeconds };

/** A name and address do not change what it comes to: it need not be asked again. */
export const sizeOnly = (wish: ExportCreate | null): ExportCreate | null => {
  if (wish === null) return null;
  const { title: _, madeBy: __, ...rest } = wish;
  return rest;
};
