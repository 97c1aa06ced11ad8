// What a method's check may use: phantom benchmarks and published releases, read through the whole engine.
import { join } from 'node:path';
import { sha256 } from '../domain/content-hash.ts';
import type { CheckContext, ReleaseReading } from '../domain/method.ts';
import type { PromptPart } from '../domain/question.ts';
import type { PublishedReport, Report } from '../domain/report.ts';
import { openData } from '../records/data-root.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import type { Session } from './session.ts';

type PhantomRequest = Parameters<CheckContext['readPhantoms']>[0];
type PublishedRequest = Parameters<CheckContext['readPublished']>[0];

/** A context whose files all lie in `scratch`. */
export function checkContext(session: Session, seed: string, scratch: string): CheckContext {
  const { progress, signal } = session;
  let count = 0;
  const fresh = () => join(scratch, `read-${++count}`);
  return {
    seed,
    scratch,
    progress,
    signal,
    readPhantoms: (request) => readPhantomsIn(request, { session, seed, folder: fresh() }),
    readPublished: (request) => readScripted(request, { session, seed, folder: fresh() }),
    readRelease: (request) => readRelease(request, { session, seed, folder: fresh() }),
  };
}

interface Place {
  readonly session: Session;
  readonly seed: string;
  readonly folder: string;
}

async function readPhantomsIn(
  request: PhantomRequest,
  { session: { progress, signal }, seed, folder }: Place,
): Promise<Report> {
  const { readPhantoms } = await import('./phantom-reads.ts');
  return (await readPhantoms({ ...request, folder, seed, progress, signal })).report;
}

/** A question as its request looks on the wire: its texts and the hashes of its pictures, in order. */
function wireKey(parts: readonly PromptPart[]): string {
  return sha256(JSON.stringify(parts.map((part) => (part.type === 'text' ? part.text : part.hash))));
}

interface WirePart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

function partsOf(content: unknown): PromptPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content as readonly WirePart[]).map((part): PromptPart => {
    if (part.type === 'text') return { type: 'text', text: part.text ?? '' };
    const encoded = part.image_url?.url.replace(/^data:[^,]*,/, '') ?? '';
    return { type: 'image', hash: sha256(Buffer.from(encoded, 'base64')), mediaType: '' };
  });
}

async function readScripted(
  { benchmark, data, mode, protocol, replies }: PublishedRequest,
  { session: { progress, signal }, seed, folder }: Place,
): Promise<PublishedReport> {
  const [{ startLoopback }, { publishedPlugin }, { publishedReports }, { readPublished }, { openPublished }] =
    await Promise.all([
      import('../experts/testing/loopback.ts'),
      import('../benchmarks/published-plugins.ts'),
      import('../report/published-reports.ts'),
      import('./reading-published.ts'),
      import('../benchmarks/published-source.ts'),
    ]);
  const source = await openPublished(publishedPlugin(benchmark), await openData(data), memoryBlobs(), {
    mode,
    seed,
  });
  const script = new Map<string, string>();
  for await (const question of source.eachQuestion())
    script.set(wireKey(question.prompt ?? []), replies.get(question.id) ?? '');
  const server = await startLoopback({
    record: false,
    answer: ({ body }) => {
      const asked = body.messages.findLast((message) => message.role === 'user');
      return { text: script.get(wireKey(partsOf(asked?.content ?? ''))) ?? '' };
    },
  });
  try {
    const store = join(folder, 'overread.db');
    const [summary] = await readPublished({
      benchmark,
      data,
      mode,
      readers: ['compatible/scripted'],
      baseUrl: server.url,
      allow: [new URL(server.url).origin],
      store,
      seed,
      progress,
      signal,
    });
    if (summary.error !== undefined) throw summary.error;
    const [report] = await publishedReports({ store, runs: [summary.runId], protocols: [protocol], seed });
    return report;
  } finally {
    await server.close();
  }
}

/** Both arms of a strategy's check, read one after the other from one release into one report. */
async function readRelease(
  request: ReleaseReading,
  { session: { progress, signal }, seed, folder }: Place,
): Promise<PublishedReport> {
  const [{ publishedReports }, { readPublished }] = await Promise.all([
    import('../report/published-reports.ts'),
    import('./reading-published.ts'),
  ]);
  const { server, experts = [], options, tools, readers, protocol = 'strict' } = request;
  const addresses = [server ?? '', ...experts].flatMap((text) => text.match(/https?:\/\/[^/,]+/g) ?? []);
  const store = join(folder, 'overread.db');
  const summaries = await readPublished({
    benchmark: request.benchmark,
    data: request.data,
    readers,
    ...(request.mode === undefined ? {} : { mode: request.mode }),
    ...(request.split === undefined ? {} : { split: request.split }),
    ...(request.repeats === undefined ? {} : { repeats: request.repeats }),
    ...(server === undefined ? {} : { baseUrl: server }),
    allow: [...new Set(addresses)],
    experts,
    ...(options === undefined ? {} : { readerOptions: options }),
    ...(tools === undefined ? {} : { tools }),
    store,
    seed,
    progress,
    signal,
  });
  const failed = summaries.find((summary) => summary.error !== undefined);
  if (failed?.error !== undefined) throw failed.error;
  const [report] = await publishedReports({
    store,
    runs: summaries.map(({ runId }) => runId),
    protocols: [protocol],
    baseline: request.baseline ?? readers[0],
    seed,
  });
  return report;
}
