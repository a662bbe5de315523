import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { allowedFile } from './file.ts';

test('only files of the folders that were opened are played, wherever links lead', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const media = path.join(folder, 'media');
  mkdirSync(media);
  mkdirSync(`${media}-private`);
  for (const file of [`${media}/clip.mp4`, `${folder}/secret.mp4`, `${media}-private/a.mp4`]) writeFileSync(file, '');
  symlinkSync(`${folder}/secret.mp4`, `${media}/link.mp4`);
  symlinkSync(folder, `${media}/up`);
  symlinkSync(media, `${folder}/also`);

  assert.equal(await allowedFile(`${media}/clip.mp4`, [media]), `${media}/clip.mp4`);
  assert.equal(await allowedFile(`${folder}/also/clip.mp4`, [`${folder}/also`]), `${media}/clip.mp4`);
  const refused = [
    `${folder}/secret.mp4`,
    `${media}/../secret.mp4`,
    `${media}/link.mp4`,
    `${media}/up/secret.mp4`,
    `${media}-private/a.mp4`,
    `${folder}/not-there.mp4`,
  ];
  for (const file of refused) await assert.rejects(allowedFile(file, [media]), { code: 'camera_refused' }, file);
  await assert.rejects(allowedFile(`${media}/gone.mp4`, [media]), { code: 'camera_stream_not_found' });
  await assert.rejects(allowedFile(`${media}/clip.mp4`, []), { code: 'camera_refused', message: /--media-dir/ });
});
