// A release under an address, read by HTTP ranges as if it lay here.
import { OverreadError } from '../domain/errors.ts';
import { type HttpOptions, Passing, persist, request } from './http-request.ts';
import type { ByteSource, DataRoot } from './source.ts';

export interface HttpDataOptions extends HttpOptions {
  /**
   * Names of the files that the release may have, since a server lists none. Absent, the address is that of one file.
   * Files that are not named can be opened all the same.
   */
  readonly files?: readonly string[];
}

/** What a request asks for at a time, and how many requests are under way while the first is read. */
const BLOCK = 1 << 20;
const AHEAD = 4;

/** A file as it stood when it was first asked for. */
interface Stand {
  readonly url: URL;
  readonly size: number;
  /** Changes with the content: a strong ETag, else the time of the last change. */
  readonly mark: string | undefined;
}

function markOf(headers: Headers): string | undefined {
  const tag = headers.get('etag');
  return tag?.startsWith('"') ? tag : (headers.get('last-modified') ?? undefined);
}

function checkCoding(name: string, headers: Headers): void {
  const coding = headers.get('content-encoding');
  if (coding !== null && coding !== 'identity')
    throw new OverreadError(
      'format-unsupported',
      `The server packs ${name} on the way, so that it cannot be read by ranges: download it and give the file.`,
    );
}

function noRanges(name: string): OverreadError {
  return new OverreadError(
    'format-unsupported',
    `The server of ${name} gives no ranges of files: download the release and give its folder.`,
  );
}

/** Size and mark: from HEAD, or where that is not allowed or silent from a range of one byte. */
async function standOf(name: string, url: URL, options: HttpOptions): Promise<Stand> {
  const asked = await persist(name, options, async () => {
    try {
      return await request(name, url, { method: 'HEAD' }, options, async ({ headers }) => {
        checkCoding(name, headers);
        const length = headers.get('content-length');
        return length === null || !/^\d+$/.test(length)
          ? undefined
          : { url, size: Number(length), mark: markOf(headers) };
      });
    } catch (error) {
      // Addresses that are signed for one kind of request, and servers that know none but GET.
      if (OverreadError.isInstance(error) && error.code === 'file-unreadable') return undefined;
      throw error;
    }
  });
  if (asked !== undefined) return asked;
  return persist(name, options, () =>
    request(name, url, { method: 'GET', headers: { range: 'bytes=0-0' } }, options, async (response) => {
      checkCoding(name, response.headers);
      const total = /^bytes 0-0\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
      if (response.status !== 206 || total === undefined) throw noRanges(name);
      return { url, size: Number(total), mark: markOf(response.headers) };
    }),
  );
}

function changed(name: string): OverreadError {
  return new OverreadError(
    'benchmark-invalid',
    `${name} has changed on its server while it was read: begin anew.`,
  );
}

/** Bytes from `start` up to `end`. A connection that breaks is gone on with at the byte where it broke. */
async function range(
  name: string,
  { url, size, mark }: Stand,
  start: number,
  end: number,
  options: HttpOptions,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  let before = 0;
  const attempt = () =>
    request(
      name,
      url,
      { method: 'GET', headers: { range: `bytes=${start + filled}-${end - 1}` } },
      options,
      async (response, alive) => {
        const { headers, status, body } = response;
        checkCoding(name, headers);
        if (mark !== undefined && markOf(headers) !== mark) throw changed(name);
        const said = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
        if (status === 206) {
          if (said === null || Number(said[1]) !== start + filled || Number(said[2]) >= end)
            throw new OverreadError(
              'file-unreadable',
              `The server gives another range of ${name} than it was asked for: download the release and give its folder.`,
            );
          if (said[3] !== '*' && Number(said[3]) !== size) throw changed(name);
        } else if (start + filled !== 0) throw noRanges(name);
        if (body === null) throw new Passing('an empty reply');
        for await (const chunk of body) {
          alive();
          const part = chunk.subarray(0, bytes.length - filled);
          bytes.set(part, filled);
          filled += part.length;
          if (filled === bytes.length) return;
        }
        throw new Passing('the connection broke');
      },
    );
  if (bytes.length > 0)
    await persist(name, options, attempt, () => {
      const more = filled > before;
      before = filled;
      return more;
    });
  return bytes;
}

function sourceOf(name: string, stand: Stand, options: HttpOptions): ByteSource {
  const { size } = stand;
  return {
    name,
    size,
    async read(start, end) {
      if (end > size)
        throw new OverreadError('file-truncated', `${name} ends before byte ${end}: copy it again.`);
      return range(name, stand, start, end, options);
    },
    async *stream(start = 0) {
      const stop = new AbortController();
      const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
      const under: Promise<Uint8Array>[] = [];
      let next = start;
      try {
        while (next < size || under.length > 0) {
          while (next < size && under.length < AHEAD) {
            const end = Math.min(size, next + BLOCK);
            const block = range(name, stand, next, end, { ...options, signal });
            // It is waited for in its turn; until then its failure must not count as unhandled.
            block.catch(() => {});
            under.push(block);
            next = end;
          }
          const block = await under.shift();
          if (block !== undefined) yield block;
        }
      } finally {
        stop.abort();
      }
    },
  };
}

function addressOf(given: string): URL {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new OverreadError('bad-argument', 'The address of a release begins with https:// or http://.');
  // They would be kept with the run.
  if (url.username !== '' || url.password !== '' || url.search !== '')
    throw new OverreadError(
      'bad-argument',
      'The address of a release may hold no credentials and no query: download gated releases and give their folder.',
    );
  url.hash = '';
  return url;
}

/**
 * A release under an address: a folder of the `files` that are named, or one file. Nothing is sent but requests for its
 * files; redirects are followed on the same host only, or to `redirectTo`.
 * Errors of what it opens: `file-not-found`, `file-unreadable`, `endpoint-not-trusted` (a redirect elsewhere),
 * `benchmark-invalid` (the file changed between ranges), `format-unsupported` (no ranges), `file-truncated`.
 * @example openHttpData('https://example.org/release/', { files: ['test.jsonl'], fetch: direct.fetch })
 */
export function openHttpData(given: string, options: HttpDataOptions): DataRoot {
  const base = addressOf(given);
  const single = options.files === undefined;
  const segments = base.pathname.split('/').filter((part) => part !== '');
  const only = decodeURIComponent(segments[segments.length - 1] ?? '');
  if (single && only === '')
    throw new OverreadError('bad-argument', `${base.origin} is no file: give the address of one.`);
  const files = single ? [only] : [...new Set(options.files)].sort();
  const stands = new Map<string, Promise<Stand>>();
  const stand = (name: string): Promise<Stand> => {
    if (name.split(/[\\/]/).includes('..') || name.startsWith('/') || (single && name !== only))
      throw name === only || !single
        ? new OverreadError(
            'path-escape',
            `The release names a file outside itself ("${name.slice(-80)}"): it is damaged or hostile.`,
          )
        : new OverreadError('file-not-found', `The address is that of ${only} alone, and not of ${name}.`);
    const known = stands.get(name);
    if (known !== undefined) return known;
    const url = new URL(base);
    if (!single)
      url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name.split('/').map(encodeURIComponent).join('/')}`;
    const asked = standOf(name, url, options);
    stands.set(name, asked);
    // A failure is not kept: the next one to ask may have more luck.
    asked.catch(() => stands.delete(name));
    return asked;
  };
  const has = async (name: string): Promise<boolean> => {
    try {
      await stand(name);
      return true;
    } catch (error) {
      if (OverreadError.isInstance(error) && error.code === 'file-not-found') return false;
      throw error;
    }
  };
  return {
    path: given,
    async list() {
      const there: string[] = [];
      for (const name of files) if (await has(name)) there.push(name);
      return there;
    },
    has,
    open: async (name) => sourceOf(name, await stand(name), options),
  };
}
