/** Why the recorder cannot start: one line for the person who started it. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}

/** Puts what stopped the start into one line, or undefined when it is a defect rather than a circumstance. */
export function startProblem(error: unknown, { host, port }: { host: string; port: number }): string | undefined {
  if (error instanceof StartError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken by another program; choose another with --port`;
    case 'EACCES':
      return `port ${port} needs more rights; choose one from 1024 up with --port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine; choose another with --host`;
    default:
      return undefined;
  }
}
