import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawnSpans, type Gesture, keyAction, type Point, resultOf } from './gestures.ts';
import type { WeekSpan } from './week.ts';
import { spanText } from './words.ts';

const at = (day: number, hour: number): Point => ({ day, minute: hour * 60 });
const night: WeekSpan = { day: 4, start: 22 * 60, end: 30 * 60 };
const morning: WeekSpan = { day: 0, start: 8 * 60, end: 9 * 60 };
const said = (spans: WeekSpan[]) => spans.map(spanText);
const drawn = (from: Point, to: Point) => said(drawnSpans(from, to, 15));
const after = (gesture: Gesture, to: Point, spans: WeekSpan[] = []) => said(resultOf(gesture, to, spans, 15).spans);

test('a drag within a day draws what it covers, in steps, from either end', () => {
  assert.deepEqual(drawn(at(0, 8.1), at(0, 11.9)), ['Monday 08:00 to 12:00']);
  assert.deepEqual(drawn(at(0, 11.9), at(0, 8.1)), ['Monday 08:00 to 12:00']);
  assert.deepEqual(drawn(at(0, 24), at(0, 24)), ['Monday 23:45 to 24:00']);
  assert.deepEqual(drawn(at(0, 0), at(0, 0)), ['Monday 00:00 to 00:15']);
});

test('a drag over days draws the same times on each', () => {
  assert.deepEqual(drawn(at(0, 8), at(2, 17)), [
    'Monday 08:00 to 17:00',
    'Tuesday 08:00 to 17:00',
    'Wednesday 08:00 to 17:00',
  ]);
  assert.deepEqual(drawn(at(2, 17), at(0, 8)).length, 3);
});

test('a drag to an earlier time of a later day draws nights', () => {
  assert.deepEqual(drawn(at(0, 18), at(2, 6)), ['Monday 18:00 to Tuesday 06:00', 'Tuesday 18:00 to Wednesday 06:00']);
});

test('erasing cuts out what the drag covers', () => {
  assert.deepEqual(after({ kind: 'erase', from: at(5, 2) }, at(5, 3), [night]), [
    'Friday 22:00 to Saturday 02:00',
    'Saturday 03:00 to 06:00',
  ]);
});

test('a span moves with the pointer, over midnight and around the week', () => {
  const move: Gesture = { kind: 'move', from: at(0, 8.5), span: morning };
  assert.deepEqual(after(move, at(3, 12.6), [morning]), ['Thursday 12:00 to 13:00']);
  assert.deepEqual(after(move, at(0, 0), [morning]), ['Sunday 23:30 to Monday 00:30']);
  assert.deepEqual(after({ kind: 'move', from: at(5, 2), span: night }, at(0, 2), [night]), [
    'Sunday 22:00 to Monday 06:00',
  ]);
});

test('an edge is dragged as far as a span can reach', () => {
  const end: Gesture = { kind: 'end', from: at(5, 6), span: night };
  assert.deepEqual(after(end, at(5, 8), [night]), ['Friday 22:00 to Saturday 08:00']);
  assert.deepEqual(after(end, at(4, 23), [night]), ['Friday 22:00 to 23:00']);
  assert.deepEqual(after(end, at(4, 20), [night]), ['Friday 22:00 to 22:15']);
  assert.deepEqual(after(end, at(6, 6), [night]), ['Friday 22:00 to Saturday 21:45']);
  const start: Gesture = { kind: 'start', from: at(4, 22), span: night };
  assert.deepEqual(after(start, at(5, 1), [night]), ['Saturday 01:00 to 06:00']);
  assert.deepEqual(after(start, at(4, 4), [night]), ['Friday 06:15 to Saturday 06:00']);
  const monday: Gesture = { kind: 'start', from: at(0, 8), span: morning };
  assert.deepEqual(after(monday, at(6, 22), [morning]), ['Sunday 22:00 to Monday 09:00']);
});

test('what a span is moved over comes back when it is moved on', () => {
  const spans = [morning, { day: 0, start: 10 * 60, end: 11 * 60 }];
  const move: Gesture = { kind: 'move', from: at(0, 8), span: morning };
  assert.deepEqual(after(move, at(0, 10), spans), ['Monday 10:00 to 11:00']);
  assert.deepEqual(after(move, at(0, 12), spans), ['Monday 10:00 to 11:00', 'Monday 12:00 to 13:00']);
});

const press = (span: WeekSpan, key: string, held: Partial<Record<'shiftKey' | 'altKey' | 'ctrlKey', boolean>> = {}) => {
  const pressed = { key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held };
  const action = keyAction(pressed, span, 'columns', 15);
  return action?.kind === 'change' ? spanText(action.span) : action?.kind;
};

test('arrows move a span, with shift its end, with alt its start', () => {
  assert.equal(press(morning, 'ArrowDown'), 'Monday 08:15 to 09:15');
  assert.equal(press(morning, 'ArrowLeft'), 'Sunday 08:00 to 09:00');
  assert.equal(press(morning, 'ArrowDown', { shiftKey: true }), 'Monday 08:00 to 09:15');
  assert.equal(press(morning, 'ArrowUp', { altKey: true }), 'Monday 07:45 to 09:00');
  assert.equal(press({ ...morning, start: 485 }, 'ArrowUp', { altKey: true }), 'Monday 08:00 to 09:00');
  assert.equal(press(night, 'ArrowRight'), 'Saturday 22:00 to Sunday 06:00');
  assert.equal(press({ day: 0, start: 0, end: 15 }, 'ArrowUp'), 'Sunday 23:45 to 24:00');
  assert.equal(press(morning, 'ArrowLeft', { shiftKey: true }), undefined);
});

test('enter edits, delete removes, and keys of the browser are left to it', () => {
  assert.equal(press(morning, 'Enter'), 'edit');
  assert.equal(press(morning, 'Delete'), 'remove');
  assert.equal(press(morning, 'ArrowUp', { ctrlKey: true }), undefined);
});
