import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraDto, Layout } from '@nightjar/contract';
import { draftOf, pagesOfDraft } from './draft.ts';
import { elsewhere, placesOf, settingsOf, type Wall, wallChoices, wallOf } from './wall.ts';

const camera = (name: string, group?: string) => ({ id: name.toLowerCase(), name, group }) as unknown as CameraDto;
const cameras = [camera('Yard', 'East'), camera('Door', 'East'), camera('Gate', 'West'), camera('Attic')];

const layout = (settings: Partial<Layout>): Layout => ({
  ...{ id: 'shop', name: 'Shop', tiles: 4, shows: 'cameras', cameraIds: [], groups: [], rotateSeconds: null },
  ...settings,
});

/** The names on each page; `-` is an empty place. */
const namesOf = ({ pages }: Wall) =>
  pages.map(({ title, places }) => [title, places.map((place) => place?.name ?? '-').join(' ')]);

test('all cameras, by group and name, in as few tiles as show them', () => {
  const wall = wallOf({ id: null, tiles: null }, cameras, []);
  assert.deepEqual([wall.id, wall.tiles, namesOf(wall)], ['all', 4, [[null, 'Door Yard Gate Attic']]]);
});

test('more cameras than tiles make pages', () => {
  const wall = wallOf({ id: 'all', tiles: 1 }, cameras, []);
  assert.deepEqual(namesOf(wall).length, 4);
  assert.equal(elsewhere(wall, 2), 3);
});

test('groups take turns, each on a page of its own', () => {
  const wall = wallOf({ id: 'groups', tiles: null }, cameras, []);
  assert.deepEqual(namesOf(wall), [
    ['East', 'Door Yard'],
    ['West', 'Gate'],
    ['Other cameras', 'Attic'],
  ]);
  assert.equal(wall.tiles, 4, 'as many as the largest group needs');
  assert.deepEqual(namesOf(wallOf({ id: 'group:West', tiles: null }, cameras, [])), [['West', 'Gate']]);
});

test('what can be chosen: all, groups, what is saved', () => {
  const ids = (list: CameraDto[]) => wallChoices(list, [layout({})]).map(({ id }) => id);
  assert.deepEqual(ids(cameras), ['all', 'groups', 'group:East', 'group:West', 'shop']);
  assert.deepEqual(ids([camera('Attic')]), ['all', 'shop']);
});

test('a saved layout keeps its empty places, and has no empty pages', () => {
  const cameraIds = ['yard', null, null, 'gone', null, null, null, null, null, 'gate'];
  const wall = wallOf({ id: 'shop', tiles: null }, cameras, [layout({ cameraIds })]);
  assert.deepEqual(namesOf(wall), [
    [null, 'Yard - - -'],
    [null, '- Gate - -'],
  ]);
  assert.deepEqual(wall.pages[0]?.grid, { columns: 2, rows: 2 });
  assert.equal(wallOf({ id: 'shop', tiles: 9 }, cameras, [layout({ cameraIds })]).tiles, 9);
});

test('a saved layout may follow groups, in its own order', () => {
  const saved = layout({ shows: 'groups', groups: ['West', 'Nowhere', 'East'] });
  assert.deepEqual(namesOf(wallOf({ id: 'shop', tiles: null }, cameras, [saved])), [
    ['West', 'Gate'],
    ['East', 'Door Yard'],
  ]);
});

test('without anything to show there is one empty page', () => {
  const wall = wallOf({ id: 'shop', tiles: null }, cameras, [layout({})]);
  assert.deepEqual(namesOf(wall), [[null, '']]);
});

test('a layout that is unknown is all cameras', () => {
  assert.equal(wallOf({ id: 'nothing', tiles: null }, cameras, []).id, 'all');
});

test('what is saved of a wall that follows cameras follows them', () => {
  assert.deepEqual(settingsOf(wallOf({ id: 'group:East', tiles: null }, cameras, [])), {
    shows: 'groups',
    groups: ['East'],
    cameraIds: [],
  });
});

test('arranging begins with what is shown, each page on its own', () => {
  const wall = wallOf({ id: 'groups', tiles: 4 }, cameras, []);
  const draft = draftOf(wall);
  assert.deepEqual(draft.places, ['door', 'yard', null, null, 'gate', null, null, null, 'attic']);
  assert.deepEqual(placesOf(wall), draft.places);
  assert.equal(draft.layout, null);
  assert.equal(pagesOfDraft(draft, cameras).length, 4, 'and an empty page after them');
});

test('arranging a saved layout changes that', () => {
  const saved = layout({ cameraIds: [null, 'yard'] });
  const draft = draftOf(wallOf({ id: 'shop', tiles: null }, cameras, [saved]));
  assert.deepEqual([draft.layout?.id, draft.places], ['shop', [null, 'yard']]);
});
