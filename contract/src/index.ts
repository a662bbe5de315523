export * from './api-error.ts';
export * from './cameras.ts';
export * from './errors.ts';
export * from './media.ts';
export * from './primitives.ts';
export * from './recordings.ts';
export * from './status.ts';
