import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileFit, profileName } from './h264-profile.ts';

/** What a decoder configuration record begins with. */
const record = (profileLevelId: string) => Buffer.from(`01${profileLevelId}ff`, 'hex');

/** Those of the offered that show the stream, the best first. */
const fitting = (stream: string, offered: string[]) =>
  offered
    .filter((id) => profileFit(record(stream), id) !== null)
    .sort((a, b) => (profileFit(record(stream), a) ?? 0) - (profileFit(record(stream), b) ?? 0));

const chromium = ['42001f', '42e01f', '4d001f', 'f4001f'];
const chrome = ['42001f', '42e01f', '4d001f', '64001f'];
const safari = ['640c1f', '42e01f'];
const baselineOnly = ['42e01f'];

test('the decoder of the same profile goes before one for more, and one for less is none', () => {
  assert.deepEqual(fitting('42c01e', chrome), ['42e01f', '42001f', '4d001f', '64001f']);
  assert.deepEqual(fitting('42001e', chrome), ['42001f', '42e01f', '4d001f', '64001f']);
  assert.deepEqual(fitting('4d0028', chrome), ['4d001f', '64001f']);
  assert.deepEqual(fitting('640033', chrome), ['64001f']);
  assert.deepEqual(fitting('640033', chromium), ['f4001f']);
  assert.deepEqual(fitting('640033', safari), ['640c1f']);
  assert.deepEqual(fitting('640033', baselineOnly), []);
  assert.deepEqual(fitting('4d0028', baselineOnly), []);
});

test('main that is also constrained baseline is shown by whoever shows that', () => {
  assert.deepEqual(fitting('4d401f', baselineOnly), []);
  assert.deepEqual(fitting('4d801f', baselineOnly), baselineOnly);
});

test('without a profile in the offer it is baseline; nonsense is nothing', () => {
  assert.equal(profileFit(record('42001e'), undefined), 0);
  assert.equal(profileFit(record('640033'), undefined), null);
  for (const odd of ['', '42', 'zzzzzz', '42e01f0', '6e001f']) assert.equal(profileFit(record('42c01e'), odd), null);
  assert.equal(profileFit(Buffer.alloc(0), '42e01f'), null);
});

test('a profile has a name for people', () => {
  assert.deepEqual(['42c01e', '640033', '6e0033'].map(record).map(profileName), [
    'constrained baseline',
    'high',
    'number 110',
  ]);
});
