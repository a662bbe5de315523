import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeStream } from '../../testing/streams.ts';
import { byteStreamOf, parameterSetsOf } from './access-units.ts';

/** Types of the units between start codes. */
function typesIn(stream: Buffer, typeOf: (header: number) => number): number[] {
  const types: number[] = [];
  const code = Buffer.from([0, 0, 0, 1]);
  for (let at = stream.indexOf(code); at >= 0; at = stream.indexOf(code, at + 4)) {
    types.push(typeOf(stream[at + 4] ?? 0));
  }
  return types;
}

test('lengths become start codes, and nothing else changes', () => {
  const accessUnit = Buffer.from([0, 0, 0, 2, 9, 16, 0, 0, 0, 3, 0x65, 1, 2]);
  assert.deepEqual([...byteStreamOf(accessUnit)], [0, 0, 0, 1, 9, 16, 0, 0, 0, 1, 0x65, 1, 2]);
  assert.equal(accessUnit[3], 2, 'the unit is others’, too');
});

test('parameter sets are those of the configuration: SPS and PPS, with H.265 a VPS before', async () => {
  const h264 = await makeStream({ codec: 'h264', seconds: 1 });
  assert.deepEqual(
    typesIn(parameterSetsOf(h264.video), (header) => header & 0x1f),
    [7, 8],
  );
  const h265 = await makeStream({ codec: 'h265', seconds: 1 });
  const types = typesIn(parameterSetsOf(h265.video), (header) => (header >> 1) & 0x3f);
  assert.deepEqual(types.slice(0, 3), [32, 33, 34]);
});
