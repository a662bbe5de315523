import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** Text of a file of this repository. */
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Paths from the root, `/` between, sorted; nothing that is installed or built. */
export function filesOf(pattern: string): string[] {
  const skipped = ['node_modules', 'dist', '.tools', 'data', 'tmp'];
  const exclude = (path: string) => skipped.includes(path.split('/').at(-1) ?? '');
  return globSync(pattern, { cwd: root, exclude }).sort();
}

export interface Import {
  from: string;
  /** Path from the root for one of our files (`server/src/shared/clock.ts`), else the package's name (`koffi`). */
  to: string;
}

/** What a TypeScript file imports, types included. */
export function importsOf(file: string): Import[] {
  const specifiers = [...textOf(file).matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)];
  return specifiers.map(([, , specifier = '']) => ({
    from: file,
    to: specifier.startsWith('.') ? join(dirname(file), specifier) : packageOf(specifier),
  }));
}

function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
