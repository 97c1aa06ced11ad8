// Any segmenter behind an address: the scan goes there as NIfTI, a label map or a zip of masks comes back.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { contentHash, sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { niftiBytes } from '../../imaging/write-nifti.ts';
import { askOutside, bearer, plainAddress, secondsOption } from '../outside-service.ts';
import { inlineScheme } from '../predicted-masks.ts';
import { receivedMasks } from '../received-masks.ts';
import type { Segmenter, SegmenterDeps, SegmenterPlugin } from '../segmenter.ts';

const OPTIONS = {
  url: 'the address that scans are posted to',
  scheme: 'label scheme of what it sends: a name or a JSON file (default: by the names it sends)',
  labels: 'instead of a scheme, what its numbers mean, e.g. 1:liver+2:liver_tumor',
  field: 'name of the form field for the scan; default none: the scan is the body itself',
  health: 'address that answers GET while it works, or "none" (default: /health below the url)',
  timeout: 'seconds for one scan (default 600)',
  'token-env': 'environment variable that holds a bearer token (default none)',
  version: 'the model’s version: a new one makes results anew (default none)',
} as const;

/** Bytes that a reply with masks may have: label maps compress well, no case needs more. */
export const MAX_MASKS = 256 * 1024 * 1024;

const zipped = promisify(gzip);

/** The scan as it leaves this machine: voxels and geometry, no text in the header, a name that says nothing. */
export async function sentScan(volume: Parameters<typeof niftiBytes>[0]): Promise<{
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
}> {
  const bytes = new Uint8Array(await zipped(niftiBytes(volume), { level: 1 }));
  return { bytes, name: `${sha256(bytes)}.nii.gz` };
}

/** A form with one file as body and content type. */
export async function formBody(
  field: string,
  scan: { readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string },
  fields: Readonly<Record<string, string>> = {},
): Promise<{ readonly body: Uint8Array; readonly headers: { readonly 'content-type': string } }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append(field, new Blob([scan.bytes], { type: 'application/gzip' }), scan.name);
  const made = new Response(form);
  return {
    body: new Uint8Array(await made.arrayBuffer()),
    headers: { 'content-type': made.headers.get('content-type') ?? '' },
  };
}

/** Throws `bad-argument` where nothing may be sent at all. */
export function fetchOf(
  { fetch }: Pick<SegmenterDeps, 'fetch'>,
  id: string,
): NonNullable<SegmenterDeps['fetch']> {
  if (fetch !== undefined) return fetch;
  throw new OverreadError(
    'bad-argument',
    `The segmenter ${id} needs a trust list: give its address with --allow.`,
  );
}

function create(options: Readonly<Record<string, string>>, deps: Pick<SegmenterDeps, 'fetch'>): Segmenter {
  const { url, scheme, labels, field, version = null } = options;
  if (url === undefined)
    throw new OverreadError('bad-argument', 'Name the address: --segmenter http:https://host/segment.');
  const address = plainAddress(url, 'The segmenter http');
  const name = `The segmenter at ${address}`;
  const fetch = fetchOf(deps, 'http');
  const timeoutMs = secondsOption(options.timeout, 600, 'http');
  const meaning = inlineScheme(labels) ?? scheme;
  const hash = contentHash({
    segmenter: 'http',
    url,
    scheme: scheme ?? null,
    labels: labels ?? null,
    version,
  });
  return {
    id: `http:${address}`,
    hash,
    async health(signal) {
      if (options.health === 'none') return;
      const headers = bearer(options['token-env']);
      await askOutside({
        ...{ fetch, name, headers, signal },
        url: options.health ?? `${address}/health`,
        timeoutMs: Math.min(timeoutMs, 15_000),
        retries: 1,
      });
    },
    async segment({ volume, signal }) {
      if (volume === undefined)
        throw new OverreadError('expert-failed', `${name} needs the scan, and this case has masks only.`);
      const scan = await sentScan(volume);
      const { body, headers } =
        field === undefined
          ? { body: scan.bytes, headers: { 'content-type': 'application/gzip' } }
          : await formBody(field, scan);
      const reply = await askOutside({
        ...{ fetch, url, name, timeoutMs, signal, body },
        headers: { ...headers, ...bearer(options['token-env']) },
        maxBytes: MAX_MASKS,
      });
      const origin = { segmenter: `http:${address}`, hash };
      return receivedMasks(reply, {
        name,
        volume,
        origin,
        ...(meaning === undefined ? {} : { scheme: meaning }),
      });
    },
  };
}

const http: SegmenterPlugin = {
  id: 'http',
  summary: 'a segmenter behind an address: NIfTI there, masks back',
  positional: 'url',
  options: OPTIONS,
  create,
};

export default http;
