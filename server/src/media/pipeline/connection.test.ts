import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode, Transport } from '@nightjar/contract';
import { NvrError } from '../../shared/errors.ts';
import { type Connection, firstConnection, nextConnection } from './connection.ts';

function triedOn(transport: Transport, code: ErrorCode): string[] {
  const tried: string[] = [];
  for (let connection: Connection | null = firstConnection(transport); connection; ) {
    tried.push(`${connection.transport}${connection.keepDescribe ? ' kept' : ''}`);
    connection = nextConnection(transport, connection, new NvrError(code, 'failed'));
  }
  return tried;
}

test('a camera that breaks off is tried without the first connection, then over the other transport', () => {
  assert.deepEqual(triedOn('auto', 'camera_stream_ended'), ['tcp kept', 'tcp', 'udp kept', 'udp']);
  assert.deepEqual(triedOn('udp', 'camera_stream_ended'), ['udp kept', 'udp']);
});

test('a refused or silent transport is not tried twice', () => {
  assert.deepEqual(triedOn('auto', 'camera_transport_refused'), ['tcp kept', 'udp kept']);
  assert.deepEqual(triedOn('auto', 'camera_timeout'), ['tcp kept', 'udp kept']);
  assert.deepEqual(triedOn('tcp', 'camera_timeout'), ['tcp kept']);
});

test('a camera that sends sound only, or no keyframe, is not tried in another way', () => {
  assert.deepEqual(triedOn('auto', 'camera_no_video'), ['tcp kept']);
  assert.deepEqual(triedOn('auto', 'camera_no_keyframe'), ['tcp kept']);
});
