import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { filesOf, type Import, importsOf, root, textOf } from './source-files.ts';

const isTest = (file: string): boolean => file.endsWith('.test.ts');

/** In the order of a frame's path; each may import those before it. */
const serverPath = [
  'shared',
  'config',
  'database',
  'camera',
  'layouts',
  'schedule',
  'media',
  'storage',
  'recording',
  'evidence',
  'retention',
  'playback',
  'archive',
  'exports',
  'live',
  'rtsp-output',
  'monitoring',
  'http',
  'check',
  'verify',
  'doctor',
];

const serverFiles = filesOf('server/src/**/*.ts').filter((file) => !isTest(file));

/** `media` for `server/src/media/gst/caps.ts`; null for files beside the folders, which build the parts. */
function serverFolder(file: string): string | null {
  const [, , folder, ...rest] = file.split('/');
  return file.startsWith('server/src/') && rest.length > 0 ? (folder ?? null) : null;
}

const rankOf = (folder: string | null): number => (folder === null ? serverPath.length : serverPath.indexOf(folder));

const describe = ({ from, to }: Import): string => `${from} imports ${to}`;

/** Imports of `files` that `allowed` refuses. */
const refused = (files: string[], allowed: (found: Import) => boolean): string[] =>
  files
    .flatMap(importsOf)
    .filter((found) => !allowed(found))
    .map(describe);

test('every server folder has its place on the path', () => {
  const folders = new Set(serverFiles.map(serverFolder));
  assert.deepEqual(
    [...folders].filter((folder) => rankOf(folder) < 0),
    [],
  );
});

test('a server folder imports only those before it on the path, nothing of tests', () => {
  const allowed = ({ from, to }: Import): boolean => {
    if (to.startsWith('server/src/')) return rankOf(serverFolder(to)) <= rankOf(serverFolder(from));
    // The simulated cameras of --demo are those of the tests; only the parts' builder may have them.
    if (to.startsWith('server/testing/')) return serverFolder(from) === null;
    return !to.includes('/') || to.startsWith('@');
  };
  assert.deepEqual(refused(serverFiles, allowed), []);
});

test('media knows nothing of cameras, database or HTTP; its bindings and boxes know nothing of it', () => {
  const within =
    (...folders: string[]) =>
    ({ to }: Import) =>
      !to.startsWith('server/src/') || folders.some((folder) => to.startsWith(`server/src/${folder}`));
  const filesIn = (folder: string) => serverFiles.filter((file) => file.startsWith(`server/src/${folder}`));
  assert.deepEqual(refused(filesIn('media/'), within('media/', 'shared/')), []);
  assert.deepEqual(refused(filesIn('media/gst/'), within('media/gst/', 'shared/')), []);
  const mediaTypes = ['media/access-unit.ts', 'media/chunk.ts'];
  assert.deepEqual(refused(filesIn('media/fmp4/'), within('media/fmp4/', 'shared/', ...mediaTypes)), []);
});

test('only the binding calls into C', () => {
  const callers = filesOf('{contract,server,web,scripts}/**/*.{ts,tsx}').filter((file) =>
    importsOf(file).some(({ to }) => to === 'koffi'),
  );
  assert.deepEqual(
    callers.filter((file) => !file.startsWith('server/src/media/gst/')),
    [],
  );
});

test('the contract depends on TypeBox alone', () => {
  const files = filesOf('contract/src/**/*.ts').filter((file) => !isTest(file));
  assert.deepEqual(
    refused(files, ({ to }) => to === 'typebox' || to.startsWith('contract/src/')),
    [],
  );
});

test('the web pages share only the contract with the server', () => {
  const files = filesOf('web/src/**/*.{ts,tsx}').filter((file) => !isTest(file));
  assert.notDeepEqual(files, []);
  const ours = /^(server|contract|scripts)\/|^@nightjar\/(?!contract$)/;
  assert.deepEqual(
    refused(files, ({ to }) => !ours.test(to) && !to.startsWith('node:')),
    [],
  );
});

test('the web pages call the server in one place', () => {
  const callers = filesOf('web/src/**/*.{ts,tsx}').filter((file) => !isTest(file) && /\bfetch\(/.test(textOf(file)));
  assert.deepEqual(
    callers.filter((file) => !file.startsWith('web/src/api/')),
    [],
  );
});

const foldersWithCode = (pattern: string, depth: number): string[] => [
  ...new Set(
    filesOf(pattern)
      .map((file) => `${file.split('/').slice(0, depth).join('/')}/`)
      .filter((folder) => !folder.includes('.ts')),
  ),
];

test('docs/architecture.md tells of every folder, and of none that is not there', () => {
  const named = [...textOf('docs/architecture.md').matchAll(/`((?:[\w.-]+\/)+)`/g)].map(([, folder = '']) => folder);
  assert.deepEqual(
    named.filter((folder) => !existsSync(join(root, folder))),
    [],
  );
  const folders = [
    ...foldersWithCode('server/src/*/**/*.ts', 3),
    ...foldersWithCode('server/src/media/*/**/*.ts', 4),
    ...foldersWithCode('web/src/*/**/*.{ts,tsx}', 3),
  ];
  assert.deepEqual(
    folders.filter((folder) => !named.includes(folder)),
    [],
  );
});

test('links between documents lead somewhere', () => {
  const broken = filesOf('{*.md,docs/**/*.md}').flatMap((file) =>
    [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file} → ${target}`),
  );
  assert.deepEqual(broken, []);
});

test('the reference and the guides are there', () => {
  const reference = ['command-line', 'configuration', 'api', 'file-format', 'monitoring', 'metrics'];
  const pages = reference.map((page) => `reference/${page}`);
  const guides = ['guide/install', 'guide/add-a-camera', 'guide/troubleshoot'];
  for (const page of [...pages, ...guides]) assert.ok(existsSync(join(root, 'docs', `${page}.md`)), page);
});

interface LockedPackage {
  version?: string;
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

test('the lockfile names no registry and has the packages of every platform', () => {
  const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(textOf('package-lock.json'));
  const entries = Object.entries(packages);
  const resolved = entries.filter(([, { link, resolved }]) => !link && resolved !== undefined).map(([name]) => name);
  assert.deepEqual(resolved, [], 'packages with an address; npm install under this folder leaves it out');
  // `npm ci` refuses a lockfile without them; npm leaves them out when the registry does not have that version.
  const absent = entries.flatMap(([name, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (dependency) => !packages[`${name}/node_modules/${dependency}`] && !packages[`node_modules/${dependency}`],
    ),
  );
  assert.deepEqual(absent, []);
});
