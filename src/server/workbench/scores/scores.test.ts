// Scores as the workbench serves them: marks, reports, filters and arrows agree with one another and with the report.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAGES } from '../../../domain/question.ts';
import type { Report } from '../../../domain/report.ts';
import { openBenchmark } from '../../../questions/benchmark-folder.ts';
import { openKeys } from '../../../questions/keys.ts';
import { tableRows } from '../../../records/delimited.ts';
import { reportsOf } from '../../../report/run-reports.ts';
import { executeRun } from '../../../runs/engine.ts';
import { executeLadder } from '../../../runs/ladder-run.ts';
import { ERROR_CAUSES } from '../../../scoring/attribution.ts';
import { fileBlobs } from '../../../storage/blobs.ts';
import { openStore, type Store } from '../../../storage/store.ts';
import type { WorkbenchContext } from '../context.ts';
import { newLibrary } from '../library/library.ts';
import { csv } from '../shapes/csv.ts';
import type { ReadFilterShape } from '../shapes/reads.ts';
import { disagreementRows, disagreementsOf } from './disagreements.ts';
import { chosenReads, neighboursOf, readAt } from './filter.ts';
import { causeAt, type Marks, OUTCOMES, outcomeAt, rungAt, stageAt, storedId, typeAt } from './marks.ts';
import { readRows } from './read-rows.ts';
import { reportTable } from './report-tables.ts';
import { scoresOf } from './scores.ts';
import { scriptedReader, smallBenchmark } from './testing.ts';
import { pathvqaRun } from './testing-published.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-scores-'));
const url = join(folder, 'overread.db');
const PASSPHRASE = 'a long passphrase';
const runs = { tools: '', plain: '', ladder: '', locked: '', published: '' };
let store: Store;
let context: WorkbenchContext;
let stop: AbortController;

function contextOf(passphrase?: string): { context: WorkbenchContext; stop: AbortController } {
  const end = new AbortController();
  const blobs = fileBlobs(join(folder, 'blobs'));
  const made = {
    store,
    storeUrl: url,
    blobs,
    library: newLibrary(store, blobs),
    signal: end.signal,
    ...(passphrase === undefined ? {} : { passphrase }),
    onProblem: () => {},
  };
  return { context: made as unknown as WorkbenchContext, stop: end };
}

beforeAll(async () => {
  store = await openStore(url);
  const open = await smallBenchmark(join(folder, 'open'), 3);
  const benchmark = await openBenchmark(open);
  const keys = await openKeys(open);
  const shared = { benchmark, store, openCase: async () => undefined };
  const tools = scriptedReader(keys, { name: 'tools@scripted', knows: 0.4, calls: 2 });
  const plain = scriptedReader(keys, { name: 'plain', knows: 0.6, confident: true });
  runs.tools = (await executeRun({ ...shared, reader: tools, repeats: 2 })).runId;
  runs.plain = (await executeRun({ ...shared, reader: plain })).runId;
  runs.ladder = (await executeLadder({ ...shared, reader: plain, keys, limit: 40 })).runId;
  const sealed = await smallBenchmark(join(folder, 'sealed'), 1, PASSPHRASE);
  const locked = await openBenchmark(sealed);
  const lockedKeys = await openKeys(sealed, PASSPHRASE);
  const sure = scriptedReader(lockedKeys, { name: 'plain', knows: 1 });
  runs.locked = (await executeRun({ ...shared, benchmark: locked, reader: sure })).runId;
  runs.published = await pathvqaRun(join(folder, 'pathvqa'), store);
  ({ context, stop } = contextOf());
}, 90_000);
afterAll(async () => {
  stop?.abort();
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

const marksOf = (run: string, protocol: 'strict' | 'published' = 'strict'): Promise<Marks> =>
  scoresOf(context).marks(run, protocol);

async function reportOf(ids: readonly string[], protocol: 'strict' | 'published'): Promise<Report> {
  const scored = await scoresOf(context).report({ runs: ids, protocol });
  if (scored.kind !== 'built') throw new Error('it is of a published benchmark');
  return scored.report;
}

/** Scores of the reads in the denominator that a test chooses. */
const scoresIn = (marks: Marks, fits: (i: number) => boolean): number[] =>
  [...marks.score].filter((score, i) => !Number.isNaN(score) && fits(i));
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('marks of a run', () => {
  it.each(['strict', 'published'] as const)('add up to every cell of the %s report', async (protocol) => {
    const marks = await marksOf(runs.tools, protocol);
    const report = await reportOf([runs.tools], protocol);
    const [reader] = report.readers;
    // The published arithmetic rounds type means to four decimals before it averages them.
    const digits = protocol === 'strict' ? 10 : 3;
    const cells = [
      { cell: reader.overall, fits: () => true },
      ...STAGES.map((stage) => ({
        cell: reader.stages[stage],
        fits: (i: number) => stageAt(marks.table, marks.question[i]) === stage,
      })),
      ...Object.entries(reader.types).map(([type, cell]) => ({
        cell,
        fits: (i: number) => typeAt(marks.table, marks.question[i]) === type,
      })),
    ];
    expect(cells.length).toBeGreaterThan(15);
    for (const { cell, fits } of cells) {
      const scores = scoresIn(marks, fits);
      expect(scores).toHaveLength(cell.n);
      if (cell.score === null) expect(scores).toEqual([]);
      else expect(meanOf(scores)).toBeCloseTo(cell.score, digits);
      for (const outcome of ['unparsed', 'refused', 'failed', 'unsupported'] as const)
        expect(
          marks.outcome.filter((each, i) => OUTCOMES[each] === outcome && fits(i)),
          outcome,
        ).toHaveLength(cell[outcome]);
    }
  });

  it('carry the cause that the report counts for each wrong read', async () => {
    const marks = await marksOf(runs.tools);
    const { errors } = (await reportOf([runs.tools], 'strict')).readers[0];
    expect(errors?.wrong).toBeGreaterThan(20);
    for (const cause of ERROR_CAUSES)
      expect(chosenReads(marks, { cause })).toHaveLength(errors?.causes[cause] ?? -1);
    const found = new Set(Array.from(marks.cause.keys(), (i) => causeAt(marks, i)));
    // The script stops after two calls and sometimes makes none, so several causes are there.
    expect(found.size).toBeGreaterThan(2);
    expect(chosenReads(await marksOf(runs.plain), { cause: ERROR_CAUSES.join(',') })).toHaveLength(0);
  });

  it('of a ladder lead to the reads behind each rung', async () => {
    const marks = await marksOf(runs.ladder);
    const { ladder } = await reportOf([runs.plain, runs.ladder], 'strict');
    const rungs = ladder.filter(({ stage, steps }) => stage === 'overall' && steps > 0);
    expect(rungs.length).toBeGreaterThan(1);
    for (const { steps, score, twin, n } of rungs) {
      const byQuestion = (rung: string) =>
        new Map(
          [...chosenReads(marks, { rung })].flatMap((i) =>
            Number.isNaN(marks.score[i]) ? [] : [[marks.question[i], marks.score[i]] as const],
          ),
        );
      const [own, others] = [byQuestion(`${steps}`), byQuestion(`${steps}~`)];
      const both = [...own.keys()].filter((question) => others.has(question));
      expect(both).toHaveLength(n);
      expect(meanOf(both.map((question) => own.get(question) ?? Number.NaN))).toBeCloseTo(score, 10);
      expect(meanOf(both.map((question) => others.get(question) ?? Number.NaN))).toBeCloseTo(twin, 10);
    }
  });

  it('of a published benchmark average to its main metric', async () => {
    const marks = await marksOf(runs.published);
    const scored = await scoresOf(context).report({ runs: [runs.published], protocol: 'strict' });
    if (scored.kind !== 'published') throw new Error('it is of a built benchmark');
    const [main] = scored.report.readers[0].overall;
    const scores = scoresIn(marks, () => true);
    expect(scores).toHaveLength(main.n);
    expect(meanOf(scores)).toBeCloseTo(main.score ?? -1, 10);
    expect(marks.problem).toBeUndefined();
    const [row] = await readRows(store, marks, [0]);
    expect(row.question).not.toBe('');
    expect(row.gold).not.toBe('');
  });

  it('are unscored with a sentence while the keys are locked, and scored with the passphrase', async () => {
    const locked = await marksOf(runs.locked);
    expect(locked.problem?.code).toBe('key-locked');
    expect(new Set(Array.from(locked.outcome, (at) => OUTCOMES[at]))).toEqual(new Set(['unscored']));
    const [row] = await readRows(store, locked, [0]);
    expect(row).toMatchObject({ score: null, gold: '', outcome: 'unscored' });
    expect(row.question).not.toBe('');
    await expect(scoresOf(context).report({ runs: [runs.locked], protocol: 'strict' })).rejects.toMatchObject(
      { code: 'key-locked' },
    );
    const opened = contextOf(PASSPHRASE);
    const marks = await scoresOf(opened.context).marks(runs.locked, 'strict');
    opened.stop.abort();
    expect(new Set(Array.from(marks.outcome, (at) => OUTCOMES[at]))).toEqual(new Set(['right']));
  });

  it('weigh less than 100 bytes a read', async () => {
    const marks = await marksOf(runs.tools);
    const { bytesOf } = await import('./marks.ts');
    expect(bytesOf(marks) / marks.size).toBeLessThan(100);
  });
});

describe('reports', () => {
  it('are what the report command says of the same runs', async () => {
    const [wanted] = await reportsOf({
      store: url,
      runs: [runs.tools, runs.plain, runs.ladder],
      protocols: ['strict'],
      baseline: runs.plain,
    });
    const scored = await scoresOf(context).report({
      runs: [runs.tools, runs.plain, runs.ladder],
      protocol: 'strict',
      baseline: runs.plain,
    });
    expect(scored).toEqual({ kind: 'built', report: wanted });
    const { head, rows } = reportTable(scored, 'pairs');
    expect(rows.map((row) => row[head.indexOf('win')])).toEqual(wanted.pairs.map(({ win }) => win));
  });

  it('of an unknown run are refused', async () => {
    await expect(marksOf('r-none')).rejects.toMatchObject({ code: 'run-unknown' });
  });

  it('are made again after the process was killed, which is told in a typed error', async () => {
    const own = contextOf();
    const scores = scoresOf(own.context);
    const asked = scores.report({ runs: [runs.plain], protocol: 'published' });
    const outcome = asked.then(
      () => 'done',
      (error: { code?: string }) => error.code,
    );
    await expect.poll(() => scores.pids().length, { timeout: 5000 }).toBe(1);
    process.kill(scores.pids()[0], 'SIGKILL');
    expect(await outcome).toBe('internal');
    const { kind } = await scores.report({ runs: [runs.plain], protocol: 'published' });
    expect(kind).toBe('built');
    own.stop.abort();
    await expect(scores.marks(runs.plain, 'published')).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the arrows of a read', () => {
  const filters = fc.record<ReadFilterShape>(
    {
      outcome: fc.constantFrom('error', 'right', 'wrong,unparsed', 'failed'),
      stage: fc.constantFrom(...STAGES),
      cause: fc.constantFrom(...ERROR_CAUSES),
      text: fc.constantFrom('liver', 'how many', 'kidney'),
    },
    { requiredKeys: [] },
  );

  it('walk through every read of a filter once, forth and back', async () => {
    const marks = await marksOf(runs.tools);
    fc.assert(
      fc.property(filters, (filter) => {
        const chosen = [...chosenReads(marks, filter)];
        const walk = (from: number | undefined, way: 'next' | 'previous'): number[] => {
          const seen: number[] = [];
          for (let at = from; at !== undefined; ) {
            seen.push(at);
            expect(seen.length).toBeLessThanOrEqual(chosen.length);
            const place = neighboursOf(marks, filter, at)[way];
            at = place === null ? undefined : readAt(marks, place.questionId, place.repeat);
          }
          return seen;
        };
        expect(walk(chosen[0], 'next')).toEqual(chosen);
        expect(walk(chosen.at(-1), 'previous')).toEqual(chosen.toReversed());
      }),
      { numRuns: 25 },
    );
  });

  it('lead from outside of a filter to the nearest within, and skip what is right', async () => {
    const marks = await marksOf(runs.tools);
    const right = Array.from(marks.outcome.keys()).find((i) => outcomeAt(marks, i) === 'right') ?? -1;
    const arrows = neighboursOf(marks, { outcome: 'error' }, right);
    expect(arrows.position).toBe(-1);
    const next = readAt(marks, arrows.next?.questionId ?? '', arrows.next?.repeat ?? 0);
    expect(next).toBeGreaterThan(right);
    expect(
      marks.outcome.slice(right + 1, next).every((each) => ['right', 'unsupported'].includes(OUTCOMES[each])),
    ).toBe(true);
    const whole = neighboursOf(marks, {}, right);
    expect(whole.nextError).toEqual(arrows.next);
    expect(neighboursOf(marks, {}, -1)).toMatchObject({ position: -1, next: null, previous: null });
  });

  it('refuse a filter that means nothing', async () => {
    const marks = await marksOf(runs.tools);
    expect(() => chosenReads(marks, { outcome: 'lovely' })).toThrow(/outcome/);
    expect(chosenReads(marks, { facet: 'no-such=1' })).toHaveLength(0);
  });
});

describe('filters', () => {
  it('choose as the rows themselves say', async () => {
    const marks = await marksOf(runs.plain);
    const rows = await readRows(store, marks, Array.from(marks.question.keys()));
    expect(rows).toHaveLength(marks.size);
    const chosen = async (filter: ReadFilterShape) =>
      (await readRows(store, marks, chosenReads(marks, filter))).map((row) => row.questionId);
    const wanted = (fits: (row: (typeof rows)[number]) => boolean) =>
      rows.filter(fits).map((row) => row.questionId);
    expect(await chosen({ confidence: '0.4-0.6' })).toEqual(
      wanted(({ confidence = -1 }) => confidence >= 0.4 && confidence < 0.6),
    );
    expect(await chosen({ confidence: '0.9-1' })).toEqual(wanted(({ confidence = -1 }) => confidence >= 0.9));
    const [{ patientId, type }] = rows;
    expect(await chosen({ patient: patientId, type })).toEqual(
      wanted((row) => row.patientId === patientId && row.type === type),
    );
    expect(await chosen({ text: 'LIVER  how' })).toEqual(
      wanted(({ question }) => /liver/i.test(question) && /how/i.test(question)),
    );
    // Half of the curve's coverage: its risk is the mean error of exactly these reads.
    const [{ calibration }] = (await reportOf([runs.plain], 'strict')).readers;
    const point = calibration?.riskCoverage.at(-1);
    const covered = chosenReads(marks, { coverage: String(point?.coverage) });
    expect(1 - meanOf(Array.from(covered, (i) => marks.score[i]))).toBeCloseTo(point?.risk ?? -1, 10);
  });

  it('find a ladder’s read by the id that the store has', async () => {
    const marks = await marksOf(runs.ladder);
    for (const i of [0, 7, marks.size - 1])
      expect(readAt(marks, storedId(marks, i), marks.repeat[i])).toBe(i);
    expect(rungAt(marks, 0)).toBe('0');
    expect(readAt(marks, 'q-none', 0)).toBe(-1);
  });
});

describe('disagreements', () => {
  it('are as many as the wins and losses of the pair', async () => {
    const marks = [await marksOf(runs.tools), await marksOf(runs.plain)];
    const { pairs } = await reportOf([runs.tools, runs.plain], 'strict');
    const overall = pairs.find(({ stage }) => stage === 'overall');
    const found = disagreementsOf(marks);
    expect(found).toHaveLength((overall?.win ?? 0) + (overall?.loss ?? 0));
    expect(found.map(({ spread }) => spread)).toEqual(
      found.map(({ spread }) => spread).toSorted((a, b) => b - a),
    );
    for (const stage of STAGES) {
      const pair = pairs.find((each) => each.stage === stage);
      expect(disagreementsOf(marks, { stage })).toHaveLength((pair?.win ?? 0) + (pair?.loss ?? 0));
    }
    const [row] = await disagreementRows(store, marks, found.slice(0, 1));
    expect(row.answers).toHaveLength(2);
    expect(Math.abs((row.answers[0]?.score ?? 0) - (row.answers[1]?.score ?? 0))).toBeCloseTo(row.spread, 12);
  });
});

describe('CSV', () => {
  it('parses back to what was written, and holds no formula', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('=1+1', '-2', '"', 'a,b\r\nc', '@x'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        const text = csv(['a', 'b'], rows);
        expect(text.startsWith('\uFEFFa,b\r\n')).toBe(true);
        const read = tableRows(text.slice(1)).slice(1);
        // A row of two empty cells is a comma and no blank line.
        expect(read).toHaveLength(rows.length);
        for (const [r, row] of read.entries())
          for (const [c, value] of row.entries()) {
            const wrote = rows[r][c];
            expect(value === wrote || value === `'${wrote}`).toBe(true);
            const begins = /^[=+\-@\t\r]/.test(value);
            expect(begins && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)).toBe(false);
          }
      }),
      { numRuns: 200 },
    );
  });
});
