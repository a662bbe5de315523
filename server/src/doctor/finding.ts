/** One line of the doctor's report. */
export interface Finding {
  /** `missing`: the recorder does not work, or not wholly, before it is mended. `note`: good to know. */
  level: 'ok' | 'note' | 'missing';
  /** What was looked at and what was found, for a person. */
  text: string;
  /** What to do. */
  remedy?: string;
}

export interface Section {
  title: string;
  findings: Finding[];
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const note = (text: string): Finding => ({ level: 'note', text });
export const missing = (text: string, remedy: string): Finding => ({ level: 'missing', text, remedy });

/** The report as it is printed, a line per finding, and at the end what it comes to. */
export function reportText(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ title, findings }) => [title, ...findings.map(lineOf), '']);
  const count = sections.flatMap(({ findings }) => findings).filter(({ level }) => level === 'missing').length;
  const end = count === 0 ? 'Nothing is missing.' : `${count} of these must be mended.`;
  return [...lines, end].join('\n');
}

const lineOf = ({ level, text, remedy }: Finding): string =>
  `  ${level.padEnd(8)} ${text}${remedy === undefined ? '' : `\n           → ${remedy}`}`;
