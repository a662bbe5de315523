import { ApiErrorSchema, httpStatusOf } from '@nightjar/contract';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Value } from 'typebox/value';
import type { App } from '../src/shared/route.ts';
import { type Operation, operationsOf } from './api-checks.ts';

interface HostileRequest {
  what: string;
  request: InjectOptions & { url: string };
  /** Nothing but a refusal will do; else the input may happen to be acceptable. */
  mustFail: boolean;
}

const json = { 'content-type': 'application/json' };
const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Bodies that no route takes: [what, payload, headers]. */
const refusedBodies: [what: string, payload: string | Buffer, headers: Record<string, string>][] = [
  ['cut off JSON', '{"name":"a","source":{"url":"rtsp://h', json],
  ['trailing comma', '{"name":"a",}', json],
  ['two documents', '{}{}', json],
  ['JavaScript', '{name: undefined}', json],
  ['NaN', '{"name":NaN}', json],
  ['text with a JSON header', 'hello', json],
  ['nothing but a NUL', '\u0000', json],
  ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), json],
  ['UTF-16', Buffer.from('{"name":"a"}', 'utf16le'), json],
  ['no body', '', json],
  ['null', 'null', json],
  ['a number', '1e999', json],
  ['a string', '"x"', json],
  ['an array', '[]', json],
  ['an array of a body', '[{"name":"a"}]', json],
  ['an unknown field', '{"surprise":1}', json],
  ['a field of the prototype', '{"toString":1,"hasOwnProperty":1}', json],
  ['__proto__', '{"__proto__":{"isAdmin":true}}', json],
  ['escaped __proto__', '{"\\u005f_proto__":{"isAdmin":true}}', json],
  ['constructor.prototype', '{"constructor":{"prototype":{"isAdmin":true}}}', json],
  ['deep objects', deep(20_000), json],
  ['deep arrays', '['.repeat(100_000) + ']'.repeat(100_000), json],
  [
    'many unknown fields',
    JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}`, n]))),
    json,
  ],
  ['an unknown field with a huge name', JSON.stringify({ ['x'.repeat(200_000)]: 1 }), json],
  ['an unknown field with control characters', '{"\\u0000\\u001b[31m\\n":1}', json],
  ['more than 256 KB', JSON.stringify({ name: 'x'.repeat(300_000) }), json],
  ['a form', 'name=a&source=b', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['plain text', '{}', { 'content-type': 'text/plain' }],
  ['XML', '<camera/>', { 'content-type': 'application/xml' }],
  ['multipart', '--x\r\n\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['no content type', '{}', {}],
  ['a broken content type', '{}', { 'content-type': ';;;' }],
  ['a compressed body', Buffer.from([0x1f, 0x8b, 0x08]), { ...json, 'content-encoding': 'gzip' }],
];

/** Put in place of each field of a valid body. */
const oddValues: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  ' ',
  'x',
  'x'.repeat(100_000),
  '\u0000',
  'a\nb',
  '\ud800',
  '%s%n',
  '{{7*7}}',
  '../../etc/passwd',
  [],
  [[]],
  {},
  { a: 1 },
  { length: -1 },
];

const oddSegments = [
  'nobody',
  'Not A Slug',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '%00',
  '%0d%0aSet-Cookie:a',
  "'%20OR%201=1--",
  '__proto__',
  'constructor',
  '%F0%9F%92%A5',
  '-1',
  '9'.repeat(40),
  '1e3',
  'NaN',
  '*',
  '%25',
];
const brokenSegments = ['%', '%zz', '%E0%A4%A', '%ff', 'x'.repeat(5_000)];

const oddQueryValues = [
  '',
  'x',
  'NaN',
  '-1',
  '1e400',
  '0x10',
  'null',
  '%00',
  '9'.repeat(30),
  'x'.repeat(5_000),
  '2026-02-30T00:00:00Z',
  '2026-11-22',
  '__proto__',
  '%F0%9F%92%A5',
  '%zz',
  '%ff',
];

function requestsFor(operation: Operation, example: Record<string, string>): HostileRequest[] {
  const { method, path, parameters = [] } = operation;
  const pathNames = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const queryNames = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const url = (changes: Record<string, string> = {}) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => changes[name] ?? example[name] ?? 'x');
  const ask = (
    what: string,
    request: { url: string; payload?: string | Buffer; headers?: Record<string, string> },
    mustFail: boolean,
  ) => ({ what, request: { method: method as 'GET', ...request }, mustFail }) satisfies HostileRequest;
  const bodyOf = (payload: unknown) => ({ payload: JSON.stringify(payload), headers: json });
  const body = operation.requestBody ? { ...bodyOf({}) } : {};
  return [
    ...(operation.requestBody ? refusedBodies : []).map(([what, payload, headers]) =>
      ask(what, { url: url(), payload, headers }, true),
    ),
    ...mutations(exampleBody(operation)).map((mutation) =>
      ask(`body ${mutation.what}`, { url: url(), ...bodyOf(mutation.body) }, false),
    ),
    ...pathNames.flatMap((name) => [
      ...oddSegments.map((segment) => ask(`${name} ${segment}`, { url: url({ [name]: segment }), ...body }, false)),
      ...brokenSegments.map((segment) =>
        ask(`${name} ${segment.slice(0, 20)}`, { url: url({ [name]: segment }), ...body }, true),
      ),
    ]),
    ...queryNames.flatMap((name) => [
      ...oddQueryValues.map((value) =>
        ask(`?${name}=${value.slice(0, 20)}`, { url: `${url()}?${name}=${value}` }, false),
      ),
      ask(`${name} twice`, { url: `${url()}?${name}=1&${name}=2` }, false),
      ask(`${name} as an object`, { url: `${url()}?${name}[a]=1&${name}.b=2` }, false),
    ]),
  ];
}

function exampleBody(operation: Operation): unknown {
  const content = operation.requestBody?.content as Record<string, { example?: unknown }> | undefined;
  return content?.['application/json']?.example ?? (content ? {} : undefined);
}

/** Each field of a body, at each depth, replaced by each odd value. */
function mutations(body: unknown, replace = (value: unknown) => value, path = ''): { what: string; body: unknown }[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, child]) => {
    const at = path ? `${path}.${key}` : key;
    const withChild = (value: unknown) => replace({ ...body, [key]: value });
    const odd = oddValues.map((value) => ({
      what: `${at}=${JSON.stringify(value).slice(0, 20)}`,
      body: withChild(value),
    }));
    return [...odd, ...mutations(child, withChild, at)];
  });
}

/** What is wrong with an answer; undefined when it is as it should be. */
function complaint({ mustFail }: HostileRequest, response: LightMyRequestResponse): string | undefined {
  const { statusCode } = response;
  if (statusCode < 400) return mustFail ? `was accepted with ${statusCode}` : undefined;
  const contentType = String(response.headers['content-type']);
  if (!contentType.startsWith('application/json')) return `${statusCode} is of type ${contentType}`;
  const error = response.json();
  if (!Value.Check(ApiErrorSchema, error)) return `${statusCode} is no ApiError: ${response.body.slice(0, 200)}`;
  if (httpStatusOf[error.code] !== statusCode) return `${statusCode} with code ${error.code}`;
  if (error.code === 'internal' || (mustFail && statusCode >= 500)) return `is ${statusCode} ${error.message}`;
  return response.body.length > 1_000 ? `${statusCode} repeats the input: ${response.body.length} bytes` : undefined;
}

/**
 * Fires malformed, huge and wrong-typed input at every route, one request after the other. `example` gives what stands
 * for path parameters: `{ id: 'front-door' }`. Answers a line for each answer that is not as it should be.
 */
export async function fireHostileRequests(
  app: App,
  example: Record<string, string>,
): Promise<{ sent: number; complaints: string[] }> {
  const operations = (await operationsOf(app)).filter((operation) => !isEventStream(operation));
  const requests = operations.flatMap((operation) => requestsFor(operation, example));
  const complaints: string[] = [];
  for (const hostile of requests) {
    const { method, url } = hostile.request;
    const wrong = complaint(hostile, await app.inject(hostile.request));
    if (wrong) complaints.push(`${method} ${url.slice(0, 80)} (${hostile.what}) ${wrong}`);
  }
  return { sent: requests.length, complaints };
}

/** Never ends, whatever is asked of it. */
const isEventStream = ({ responses }: Operation) => 'text/event-stream' in (responses['200']?.content ?? {});
