import type { App } from '../src/shared/route.ts';

type JsonObject = Record<string, unknown>;

export interface Operation {
  method: string;
  /** With `{id}` for parameters. */
  path: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: JsonObject;
  responses: Record<string, { description?: string; content?: JsonObject }>;
}

/** Every route of the API, as its reference lists them. */
export async function operationsOf(app: App): Promise<Operation[]> {
  const document = (await app.inject('/api/v1/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>;
  }>();
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** What the reference leaves untold, one line each; [] when it is complete. */
export function gapsInReference({ method, path, ...operation }: Operation): string[] {
  const said: [what: string, isSaid: boolean][] = [
    ['a summary', Boolean(operation.summary)],
    ['one tag', operation.tags?.length === 1],
    [
      'an answer of success',
      Object.keys(operation.responses).some((status) => status.startsWith('2') || status === '101'),
    ],
    ...(operation.parameters ?? []).map(({ name, description }): [string, boolean] => [
      `a description of ${name}`,
      Boolean(description),
    ]),
    ...Object.entries(operation.responses).map(([status, { description }]): [string, boolean] => [
      `a description of ${status}`,
      Boolean(description),
    ]),
  ];
  return said.filter(([, isSaid]) => !isSaid).map(([what]) => `${method} ${path} lacks ${what}`);
}
