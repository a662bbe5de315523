import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { waitFor } from '../../testing/wait.ts';
import { ProcessLoad } from './process-load.ts';

test('CPU and memory of several processes are added up, also when one of them ends', async () => {
  const spin = 'const held = Buffer.alloc(50e6, 1); for (;;) held[0] ^= 1;';
  const child = spawn(process.execPath, ['-e', spin], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  try {
    const load = new ProcessLoad(() => [process.pid, child.pid ?? 0]);
    const first = await load.sample(performance.now());
    assert.deepEqual([first.cpuSeconds, first.cpuShare], [0, null]);
    const busy = await waitFor('the child has spent CPU time', async () => {
      const sample = await load.sample(performance.now());
      return sample.cpuSeconds > 0.3 && sample.memoryBytes > 80e6 && sample;
    });
    assert.ok(busy.cpuShare !== null && busy.cpuShare <= 1);
    child.kill('SIGKILL');
    await exited;
    const after = await load.sample(performance.now());
    assert.ok(after.cpuSeconds >= busy.cpuSeconds, 'what a process has spent stays');
    assert.ok(after.memoryBytes < busy.memoryBytes);
  } finally {
    child.kill('SIGKILL');
  }
});
