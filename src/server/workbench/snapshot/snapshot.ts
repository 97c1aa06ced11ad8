// A static export: the pages of some runs, their reads and the slices these look at, in a folder that opens from disk.
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import type { Progress } from '../../../domain/progress.ts';
import { viewOf } from '../shapes/place.ts';
import { otherReads, type ReadDetail, readDetail } from '../shapes/read.ts';
import { type ReadRow, readPage } from '../shapes/reads.ts';
import { type RunRow, runList } from '../shapes/runs.ts';
import type { PlaneName } from '../shapes/scan.ts';
import { type ScanFacts, scanFacts } from '../shapes/scan.ts';
import { disagreementPage } from '../shapes/scores.ts';
import { problem } from '../shapes/session.ts';
import { type AnswerFiles, answerFiles } from './answer-files.ts';
import { documentOf } from './document.ts';

export interface SnapshotOptions {
  /** A workbench that serves the store, and its owner's token. */
  readonly origin: string;
  readonly token: string;
  /** Folder of the built page. */
  readonly web: string;
  /** New or empty folder. Throws `write-failed`, `bad-argument` for one that holds something. */
  readonly out: string;
  /** Runs to export. */
  readonly runs: readonly string[];
  /** Reads of each run that get a page of their own: what went wrong first. Default 200. */
  readonly reads?: number;
  /** Slices on both sides of those that a read looks at. Default 2. */
  readonly around?: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface SnapshotSummary {
  readonly index: string;
  readonly files: number;
  readonly bytes: number;
  /** Reads with a page of their own, of all that are listed. */
  readonly reads: number;
  readonly listed: number;
}

const PROTOCOLS = ['strict', 'published'] as const;
const PART = 500;
/** As many as the page compares at once, and what it shows of their disagreements at a time. */
const MOST_COMPARED = 8;
const DISAGREEMENT_PAGE = 25;
const DISAGREEMENTS = 500;

/** Everything an export asks the server, and where the answers go. */
interface Work extends Required<Pick<SnapshotOptions, 'reads' | 'around'>> {
  readonly files: AnswerFiles;
  readonly runs: ReadonlySet<string>;
  /** The answer, checked; also kept as a file of the export. Undefined where the server refuses. */
  keep<T>(address: string, shape: z.ZodType<T>): Promise<T | undefined>;
  ask(address: string): Promise<Response>;
  readonly scans: Map<string, ScanFacts | undefined>;
  readonly signal: AbortSignal;
}

/** Errors: `bad-argument`, `write-failed`, `run-unknown`, `cancelled`; what the server says of a run. */
export async function writeSnapshot(options: SnapshotOptions): Promise<SnapshotSummary> {
  const { out, runs, progress, signal, reads = 200, around = 2 } = options;
  await emptyFolder(out);
  const files = answerFiles(out);
  const work: Work = {
    files,
    runs: new Set(runs),
    scans: new Map(),
    reads,
    around,
    signal,
    ...asking(options, files),
  };
  const chosenRuns = await keepRuns(work, runs);
  let listed = 0;
  let pages = 0;
  for (const run of runs) {
    const rows = await keepRun(work, run);
    const chosen = worstFirst(rows).slice(0, reads);
    listed += rows.length;
    pages += chosen.length;
    progress.start(`Exporting reads of ${run}`, chosen.length);
    for (const row of chosen) {
      signal.throwIfAborted();
      await keepRead(work, run, row);
      progress.advance(1);
    }
    progress.finish();
  }
  await keepComparisons(work, chosenRuns);
  await cp(join(options.web, 'export'), join(out, 'page'), { recursive: true });
  const index = join(out, 'index.html');
  await writeFile(index, documentOf());
  return { index, reads: pages, listed, ...(await files.finish()) };
}

async function emptyFolder(out: string): Promise<void> {
  const there = await readdir(out).catch(() => [] as string[]);
  if (there.length > 0)
    throw new OverreadError(
      'bad-argument',
      `The folder ${basename(out)} holds something already: name a new one.`,
    );
  await mkdir(out, { recursive: true });
}

function asking({ origin, token, signal }: SnapshotOptions, files: AnswerFiles): Pick<Work, 'ask' | 'keep'> {
  const ask = (address: string) =>
    fetch(`${origin}${address}`, { headers: { authorization: `Bearer ${token}` }, signal });
  return {
    ask,
    async keep(address, shape) {
      const reply = await ask(address);
      if (!reply.ok) return undefined;
      const value: unknown = await reply.json();
      if (!files.has(address)) await files.json(address, value);
      return shape.parse(value);
    },
  };
}

/** What the server says when it refuses. */
async function refusal(reply: Response): Promise<OverreadError> {
  const said = problem.safeParse(await reply.json().catch(() => undefined));
  const sentence = said.success ? said.data.error.message : `The workbench answered ${reply.status}.`;
  return new OverreadError('bad-argument', sentence);
}

async function keepRuns({ ask, files }: Work, wanted: readonly string[]): Promise<RunRow[]> {
  const reply = await ask('/api/runs');
  if (!reply.ok) throw await refusal(reply);
  const { runs } = runList.parse(await reply.json());
  const chosen = wanted.map((id) => {
    const run = runs.find((each) => each.id === id);
    if (run !== undefined) return { ...run, can: { pause: false, resume: false, cancel: false, retry: [] } };
    throw new OverreadError('run-unknown', `The store has no run ${id}: check the id and --store.`);
  });
  await files.json('/api/runs', { runs: chosen });
  const me = (await (await ask('/api/me')).json()) as Record<string, unknown>;
  const day = new Date().toISOString().slice(0, 10);
  await files.json('/api/me', { ...me, name: `Exported ${day}` });
  return chosen;
}

/** The run's own pages and its whole list of reads. */
async function keepRun({ ask, files, keep }: Work, run: string): Promise<ReadRow[]> {
  await keep(`/api/runs/${run}`, z.unknown());
  let strict: ReadRow[] = [];
  for (const protocol of PROTOCOLS) {
    await keep(`/api/runs/${run}/report?protocol=${protocol}`, z.unknown());
    await keep(`/api/runs/${run}/choices?protocol=${protocol}`, z.unknown());
    const rows: ReadRow[] = [];
    for (;;) {
      const reply = await ask(
        `/api/runs/${run}/reads?protocol=${protocol}&offset=${rows.length}&limit=${PART}`,
      );
      if (!reply.ok) throw await refusal(reply);
      const page = readPage.parse(await reply.json());
      // Scoring goes on: the rows are not what they will be.
      if (page.pending === true) continue;
      rows.push(...page.rows);
      if (page.rows.length > 0 && rows.length < page.total) continue;
      await files.json(`/export/runs/${run}/reads/${protocol}`, { ...page, total: rows.length, rows });
      break;
    }
    if (protocol === 'strict') strict = rows;
  }
  return strict;
}

/** What went wrong before what went right, each in the run's order. */
function worstFirst(rows: readonly ReadRow[]): ReadRow[] {
  const rank = ({ outcome }: ReadRow): number =>
    outcome === 'right' ? 1 : outcome === 'unsupported' ? 2 : 0;
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

async function keepRead(work: Work, run: string, { questionId, repeat }: ReadRow): Promise<void> {
  const address = `/api/runs/${run}/reads/${encodeURIComponent(questionId)}?repeat=${repeat}`;
  let detail: ReadDetail | undefined;
  for (const protocol of PROTOCOLS) detail = await work.keep(`${address}&protocol=${protocol}`, readDetail);
  if (detail === undefined) return;
  await keepOthers(work, detail);
  for (const hash of picturesOf(detail)) await keepBlob(work, hash);
  if (detail.scan !== null) await keepViews(work, detail);
}

/** What the other exported runs answered to its question; runs that were not chosen stay out. */
async function keepOthers({ ask, files, runs }: Work, { question, benchmark }: ReadDetail): Promise<void> {
  if (question === null || !benchmark.available) return;
  for (const protocol of PROTOCOLS) {
    const address = `/api/questions/${benchmark.id}/${encodeURIComponent(question.id)}/reads?protocol=${protocol}`;
    if (files.has(address)) continue;
    const reply = await ask(address);
    if (!reply.ok) continue;
    const { reads } = otherReads.parse(await reply.json());
    await files.json(address, { reads: reads.filter(({ runId }) => runs.has(runId)) });
  }
}

function picturesOf({ question, read, rows }: ReadDetail): Set<string> {
  return new Set([
    ...(question?.prompt ?? []).flatMap((part) => (part.type === 'text' ? [] : [part.hash])),
    ...(read?.shown ?? []).map(({ hash }) => hash),
    ...(read?.transcript.rows ?? []).flatMap(({ images }) => images),
    ...rows.flatMap(({ calls }) => calls.flatMap(({ pictures }) => pictures)),
  ]);
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
};

async function keepBlob({ ask, files }: Work, hash: string): Promise<void> {
  const address = `/api/blobs/${encodeURIComponent(hash)}`;
  if (files.has(address)) return;
  const reply = await ask(address);
  const extension = EXTENSIONS[reply.headers.get('content-type') ?? ''];
  const bytes = new Uint8Array(await reply.arrayBuffer());
  if (reply.ok && extension !== undefined) await files.file(address, bytes, extension);
}

/** The slices that the steps of a read stand on, some to both sides, with the masks there. */
async function keepViews(work: Work, { scan, rows, read }: ReadDetail): Promise<void> {
  if (scan === null) return;
  const facts = await scanOf(work, scan.base);
  if (facts === undefined) return;
  const places = [
    ...rows.flatMap(({ gold, calls }) => [gold?.place, ...calls.map((call) => call.place)]),
    ...(read?.shown ?? []).map((shown) => shown.place),
  ];
  const wanted = new Set<string>();
  const add = (plane: PlaneName, index: number): void => {
    for (let i = index - work.around; i <= index + work.around; i++)
      if (i >= 0 && i < facts.planes[plane].count) wanted.add(`${plane}/${i}`);
  };
  for (const place of places)
    if (place !== null && place !== undefined) {
      const { focus } = viewOf(place, facts);
      add(focus.plane, focus.index);
    }
  if (wanted.size === 0) add('axial', Math.floor(facts.planes.axial.count / 2));
  for (const base of [scan.base, ...(scan.readerBase === undefined ? [] : [scan.readerBase])]) {
    const here = await scanOf(work, base);
    if (here === undefined) continue;
    for (const slice of wanted) {
      if (here.hasImage) await keepSamples(work, `${base}/slices/${here.version}/${slice}`);
      if (here.layers > 0) await keepSamples(work, `${base}/masks/${here.version}/${slice}`);
    }
  }
}

async function scanOf(work: Work, base: string): Promise<ScanFacts | undefined> {
  if (!work.scans.has(base)) work.scans.set(base, await work.keep(`${base}/scan`, scanFacts));
  return work.scans.get(base);
}

async function keepSamples({ ask, files }: Work, address: string): Promise<void> {
  if (files.has(address)) return;
  const reply = await ask(address);
  if (!reply.ok) return;
  await files.bytes(
    address,
    new Uint8Array(await reply.arrayBuffer()),
    reply.headers.get('x-overread-type') ?? '',
  );
}

/** All runs of each benchmark and form beside one another, and the questions on which they disagree most. */
async function keepComparisons({ ask, files, keep }: Work, runs: readonly RunRow[]): Promise<void> {
  const groups = Object.values(
    Object.groupBy(
      runs.filter(({ kind }) => kind !== 'ladder'),
      ({ benchmark, format }) => `${benchmark.id} ${format}`,
    ),
  );
  for (const group of groups) {
    const ids = (group ?? []).map(({ id }) => id).slice(0, MOST_COMPARED);
    if (ids.length < 2) continue;
    const asked = encodeURIComponent(ids.join(','));
    for (const protocol of PROTOCOLS) {
      const address = `/api/reports?runs=${asked}&protocol=${protocol}`;
      const reply = await ask(address);
      if (!reply.ok) continue;
      await files.json(address, await reply.json());
      for (let offset = 0; offset < DISAGREEMENTS; offset += DISAGREEMENT_PAGE) {
        const at = `/api/disagreements?runs=${asked}&protocol=${protocol}&sort=spread&offset=${offset}&limit=${DISAGREEMENT_PAGE}`;
        const page = await keep(at, disagreementPage);
        if (page === undefined || offset + DISAGREEMENT_PAGE >= page.total) break;
      }
    }
  }
}
