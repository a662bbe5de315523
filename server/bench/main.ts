/** `nightjar bench cost [--cameras N] [--seconds N]`: what recording costs on this machine. */
import { parseArgs } from 'node:util';
import { measureCost } from './cost.ts';

const usage = `Usage: nightjar bench cost [--cameras N] [--seconds N]

  cost   CPU and memory of recording N simulated cameras (default 8), beside ffmpeg, each measured for N seconds (default 30)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cameras: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '30' },
    help: { type: 'boolean' },
  },
});
if (values.help || positionals.join(' ') !== 'cost') {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
const say = (line: string) => process.stderr.write(`bench: ${line}\n`);
const costs = await measureCost({ cameras: Number(values.cameras), seconds: Number(values.seconds), say });
const row = (cells: string[]) =>
  `${cells.map((cell, i) => (i === 0 ? cell.padEnd(32) : cell.padStart(24))).join('')}\n`;
process.stdout.write(row(['', 'CPU-s/camera/minute', 'memory MB/camera', 'frames missing']));
for (const { what, cpuSecondsPerCameraMinute, memoryMbPerCamera, missingFrames } of costs) {
  process.stdout.write(
    row([
      what,
      cpuSecondsPerCameraMinute.toFixed(2),
      memoryMbPerCamera.toFixed(1),
      String(missingFrames ?? 'not counted'),
    ]),
  );
}
