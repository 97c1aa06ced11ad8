// A MONAI Label server: its REST interface's /info/ and /infer/MODEL, the scan sent along as a file.
import * as z from 'zod';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Fetch } from '../direct-fetch.ts';
import { askOutside, bearer, plainAddress, secondsOption } from '../outside-service.ts';
import { inlineScheme } from '../predicted-masks.ts';
import { receivedMasks } from '../received-masks.ts';
import type { Segmenter, SegmenterDeps, SegmenterPlugin } from '../segmenter.ts';
import { fetchOf, formBody, MAX_MASKS, sentScan } from './http.ts';

const OPTIONS = {
  url: 'the server’s address, such as http://127.0.0.1:8000',
  model: 'one of its models (default: the only one that segments)',
  scheme: 'label scheme of its output (default: by the names that the server gives its labels)',
  labels: 'instead of a scheme, what its numbers mean, e.g. 1:liver+2:liver_tumor',
  image:
    'send the case’s name for the server to find in its own datastore instead of the scan: yes or no (default no)',
  timeout: 'seconds for one scan (default 600)',
  'token-env': 'environment variable that holds a bearer token (default none)',
  version: 'the model’s version: a new one makes results anew (default none)',
} as const;

const info = z.object({
  models: z.record(
    z.string(),
    z.looseObject({
      type: z.string().optional(),
      labels: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish(),
    }),
  ),
});
type Info = z.infer<typeof info>;

/** Kinds of its models that draw without being shown where; others may be named. */
const AUTOMATIC: ReadonlySet<string> = new Set(['segmentation']);

interface Server {
  readonly address: string;
  readonly name: string;
  ask(path: string, rest?: Partial<Parameters<typeof askOutside>[0]>): ReturnType<typeof askOutside>;
}

async function infoOf(server: Server, signal?: AbortSignal): Promise<Info> {
  const { bytes } = await server.ask('/info/', { signal, timeoutMs: 15_000, retries: 1 });
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    said = undefined;
  }
  const parsed = info.safeParse(said);
  if (parsed.success) return parsed.data;
  throw new OverreadError(
    'expert-failed',
    `${server.name} does not answer /info/ as a MONAI Label server does: check the address.`,
  );
}

function modelOf({ models }: Info, wanted: string | undefined, name: string): string {
  const all = Object.keys(models);
  if (wanted !== undefined && Object.hasOwn(models, wanted)) return wanted;
  const fitting = all.filter((id) => AUTOMATIC.has(models[id].type ?? 'segmentation'));
  if (wanted === undefined && fitting.length === 1) return fitting[0];
  const list = all.length === 0 ? 'none' : all.join(', ');
  throw new OverreadError(
    'expert-failed',
    wanted === undefined
      ? `${name} has several models or none that segments by itself: name one with model=NAME (it has ${list}).`
      : `${name} has no model "${wanted}": it has ${list}.`,
  );
}

/** Names by value. A list gives its first name the value 1, which the server's documentation leaves open (assumed). */
function namesOf(labels: Info['models'][string]['labels']): Map<number, string> | undefined {
  if (labels === null || labels === undefined) return undefined;
  const pairs = Array.isArray(labels)
    ? labels.map((label, at): [number, string] => [at + 1, label])
    : Object.entries(labels).map(([label, value]): [number, string] => [Number(value), label]);
  const usable = pairs.filter(([value]) => Number.isInteger(value) && value > 0);
  return usable.length === 0 ? undefined : new Map(usable);
}

function serverAt(address: string, fetch: Fetch, timeoutMs: number, tokenEnv: string | undefined): Server {
  const name = `The MONAI Label server at ${address}`;
  return {
    address,
    name,
    ask: (path, { headers, ...rest } = {}) =>
      askOutside({
        ...{ fetch, name, timeoutMs, url: `${address}${path}` },
        ...rest,
        headers: { ...headers, ...bearer(tokenEnv) },
      }),
  };
}

function create(options: Readonly<Record<string, string>>, deps: Pick<SegmenterDeps, 'fetch'>): Segmenter {
  const { url, model, scheme, labels, version = null } = options;
  if (url === undefined)
    throw new OverreadError(
      'bad-argument',
      'Name the server: --segmenter monai-label:http://127.0.0.1:8000.',
    );
  const address = plainAddress(url, 'The segmenter monai-label');
  const byName = options.image === 'yes';
  const timeoutMs = secondsOption(options.timeout, 600, 'monai-label');
  const server = serverAt(address, fetchOf(deps, 'monai-label'), timeoutMs, options['token-env']);
  const meaning = inlineScheme(labels) ?? scheme;
  const hash = contentHash({
    ...{ segmenter: 'monai-label', address, byName, version },
    ...{ model: model ?? null, scheme: scheme ?? null, labels: labels ?? null },
  });
  let known: Promise<Info> | undefined;
  const asked = (signal?: AbortSignal): Promise<Info> => {
    known ??= infoOf(server, signal);
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  return {
    id: `monai-label:${address}`,
    hash,
    async health(signal) {
      modelOf(await asked(signal), model, server.name);
    },
    async segment({ volume, item, caseId, signal }) {
      const { name } = server;
      if (volume === undefined)
        throw new OverreadError('expert-failed', `${name} needs the scan, and this case has masks only.`);
      const about = await asked(signal);
      const chosen = modelOf(about, model, name);
      const image = byName ? (item ?? caseId) : undefined;
      if (byName && image === undefined)
        throw new OverreadError(
          'expert-failed',
          `${name} is to find the case by name, and it has none: leave image away.`,
        );
      const query = new URLSearchParams({ ...(image === undefined ? {} : { image }), output: 'image' });
      const params = JSON.stringify({ result_extension: '.nii.gz', result_dtype: 'uint16' });
      const form =
        image === undefined
          ? await formBody('file', await sentScan(volume), { params })
          : {
              body: new URLSearchParams({ params }).toString(),
              headers: { 'content-type': 'application/x-www-form-urlencoded' },
            };
      const path = `/infer/${encodeURIComponent(chosen)}?${query}`;
      const reply = await server.ask(path, { ...form, signal, maxBytes: MAX_MASKS });
      const names = meaning === undefined ? namesOf(about.models[chosen].labels) : undefined;
      return receivedMasks(reply, {
        ...{ name, volume, origin: { segmenter: `monai-label:${address}`, hash } },
        ...(meaning === undefined ? {} : { scheme: meaning }),
        ...(names === undefined ? {} : { names }),
      });
    },
  };
}

const monaiLabel: SegmenterPlugin = {
  id: 'monai-label',
  summary: 'a MONAI Label server',
  positional: 'url',
  options: OPTIONS,
  create,
};

export default monaiLabel;
