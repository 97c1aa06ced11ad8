// How the page speaks to the server: JSON that is checked against the shape both share.
import { problem } from '@shapes/session.ts';
import type { ZodType } from 'zod';

/** A refusal of the server, or a server that cannot be reached: a code, and a sentence to be shown as it is. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

/** In a static export, where an address is answered from files; undefined on a served page. */
export interface StaticAnswers {
  json(path: string): Promise<unknown>;
  bytes(path: string): Promise<{ bytes: ArrayBuffer; type: string }>;
  url(path: string): string;
}
let answers: StaticAnswers | undefined;
export function answerFromFiles(given: StaticAnswers): void {
  answers = given;
}
/** True on a page that was opened from disk: nothing can be changed there. */
export const isStatic = (): boolean => answers !== undefined;

async function refusal(response: Response): Promise<ApiError> {
  const said = problem.safeParse(await response.json().catch(() => undefined));
  if (said.success) return new ApiError(said.data.error.code, said.data.error.message, response.status);
  return new ApiError('internal', `The server answered ${response.status}.`, response.status);
}

async function request(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError('unreachable', 'The workbench cannot be reached: is its terminal still open?', 0);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** GET a path below /api, checked. Query values that are undefined are left out. */
export async function get<T>(
  path: string,
  shape: ZodType<T>,
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
  signal?: AbortSignal,
): Promise<T> {
  const address = withQuery(path, query);
  if (answers !== undefined) return shape.parse(await answers.json(address));
  const response = await request(address, signal === undefined ? {} : { signal });
  return shape.parse(await response.json());
}

/** POST, PUT, PATCH or DELETE with a JSON body. */
export async function send<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  shape: ZodType<T>,
  body?: unknown,
): Promise<T> {
  const response = await request(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return shape.parse(response.status === 204 ? undefined : await response.json());
}

/** Raw bytes with the reply's headers: slices and masks. */
export async function getBytes(
  path: string,
  signal?: AbortSignal,
): Promise<{ bytes: ArrayBuffer; type: string }> {
  if (answers !== undefined) return answers.bytes(path);
  const response = await request(path, signal === undefined ? {} : { signal });
  return { bytes: await response.arrayBuffer(), type: response.headers.get('x-overread-type') ?? '' };
}

/** The address of a picture, sound or download, for elements that load by themselves. */
export const addressOf = (path: string): string => answers?.url(path) ?? path;

export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return path;
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
