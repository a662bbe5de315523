import { Type } from '@nightjar/contract';

/** A switch in a query string; off when it is left out. */
export const switchSchema = (description: string) =>
  Type.Optional(Type.String({ pattern: '^(true|false)$', errorMessage: 'must be true or false', description }));
