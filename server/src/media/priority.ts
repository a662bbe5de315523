import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * What is put before a command so that it leaves the processor (`nice`: 1 to 19) and, if wanted, the disk to others. All
 * threads of a process begin with its priorities, so they are set before it starts.
 */
export function atLowPriority(nice: number, { idleDisk = false } = {}): string[] {
  const onPath = (name: string) =>
    (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, name)));
  return [
    ...(onPath('nice') ? ['nice', '-n', `${nice}`] : []),
    // -t: go on where the kernel or a sandbox does not let us.
    ...(idleDisk && onPath('ionice') ? ['ionice', '-t', '-c', '3'] : []),
  ];
}
