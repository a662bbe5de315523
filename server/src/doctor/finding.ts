/** One line of the doctor's report. */
export interface Finding {
  /** `problem`: the recorder does not work, or not wholly, before it is mended. `attention`: it works, but know this. */
  level: 'ok' | 'attention' | 'problem';
  /** What was looked at and what was found, for a person. */
  text: string;
  /** What to do; always there with a problem. */
  remedy?: string;
}

export interface Section {
  title: string;
  findings: Finding[];
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const attention = (text: string, remedy?: string): Finding => ({
  level: 'attention',
  text,
  ...(remedy !== undefined && { remedy }),
});
export const problem = (text: string, remedy: string): Finding => ({ level: 'problem', text, remedy });

export const problemsIn = (sections: readonly Section[]): number =>
  sections.flatMap(({ findings }) => findings).filter(({ level }) => level === 'problem').length;

/** The report as it is printed, a line per finding, and at the end what it comes to. */
export function reportText(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ title, findings }) => [title, ...findings.map(lineOf), '']);
  const count = problemsIn(sections);
  const end = count === 0 ? 'Nothing must be mended.' : `${count} of these must be mended.`;
  return [...lines, end].join('\n');
}

const lineOf = ({ level, text, remedy }: Finding): string =>
  `  ${level.padEnd(10)} ${text}${remedy === undefined ? '' : `\n             → ${remedy}`}`;
