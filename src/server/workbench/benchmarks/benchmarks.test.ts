import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBenchmark } from '../../../questions/benchmark-folder.ts';
import { buildBenchmark } from '../../../questions/build.ts';
import { openKeys } from '../../../questions/keys.ts';
import { phantomBenchmark } from '../../../runs/testing/phantom-benchmark.ts';
import { benchmarkPage, casePage } from '../shapes/benchmarks.ts';
import { flagList } from '../shapes/flags.ts';
import { questionDetail, questionPage } from '../shapes/questions.ts';
import { openFlags } from './flags.ts';
import { type TestWorkbench, testWorkbench } from './testing.ts';

let folder: string;
let place: string;
let bench: TestWorkbench;
let at: string;
beforeAll(async () => {
  ({ folder: place, benchmark: folder } = await phantomBenchmark({ seed: 3, cases: 3 }));
  bench = await testWorkbench({ folders: [folder] });
  const { manifest } = await openBenchmark(folder);
  at = `/api/benchmarks/${manifest.contentHash.slice(0, 16)}`;
});
afterAll(async () => {
  await bench.close();
  await rm(place, { recursive: true, force: true });
});

const questions = async (query: Record<string, string> = {}) =>
  questionPage.parse((await bench.call(`${at}/questions?${new URLSearchParams(query)}`)).json);

describe('the questions of a benchmark', () => {
  test('a filter leaves exactly the questions that the files hold, with their gold answers', async () => {
    const all = await (await openBenchmark(folder)).questions();
    const keys = await openKeys(folder);
    const wanted = all.filter(
      ({ id, stage, slots }) =>
        stage === 'recognition' && (slots.target ?? '').startsWith('kidney') && keys.get(id)?.answer === 'No',
    );
    expect(wanted.length).toBeGreaterThan(0);
    const page = await questions({ stage: 'recognition', organ: 'kidney', gold: 'No' });
    expect(page.of).toBe(all.length);
    expect(page.rows.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    expect(page.total).toBe(wanted.length);
    expect(new Set(page.rows.map(({ gold }) => gold))).toEqual(new Set(['No']));
    expect(page.rows.every(({ organs }) => organs.includes('kidney'))).toBe(true);
  });

  test('each count is what choosing that value would leave', async () => {
    const page = await questions({ stage: 'measurement', organ: 'liver' });
    for (const { value, count } of page.counts.type)
      expect((await questions({ stage: 'measurement', organ: 'liver', type: value })).total).toBe(count);
    // A side's own choice does not narrow its own counts, so that another value can be chosen instead.
    for (const { value, count } of page.counts.organ)
      expect((await questions({ stage: 'measurement', organ: value })).total).toBe(count);
    expect(page.counts.stage.length).toBeGreaterThan(1);
  });

  test('where nothing is left, it says what each filter alone keeps out', async () => {
    const { total, without } = await questions({ stage: 'recognition', answer: 'numeric', organ: 'liver' });
    expect(total).toBe(0);
    expect(without).toEqual([
      { filter: 'stage', total: (await questions({ answer: 'numeric', organ: 'liver' })).total },
      { filter: 'organ', total: 0 },
      { filter: 'answer', total: (await questions({ stage: 'recognition', organ: 'liver' })).total },
    ]);
  });

  test('pages join to the whole list, and one beyond its end is empty', async () => {
    const whole = (await questions({ limit: '500' })).rows.map(({ id }) => id);
    const first = (await questions({ limit: '7' })).rows.map(({ id }) => id);
    const then = (await questions({ limit: '7', offset: '7' })).rows.map(({ id }) => id);
    expect([...first, ...then]).toEqual(whole.slice(0, 14));
    expect((await questions({ offset: '100000' })).rows).toEqual([]);
  });

  test('one question comes with the chain of its key, each step with its place in the scan', async () => {
    const [{ id }] = (await questions({ type: 'largest-lesion-diameter' })).rows;
    const detail = questionDetail.parse((await bench.call(`${at}/questions/${id}`)).json);
    const key = (await openKeys(folder)).get(id);
    expect(detail.key?.answer).toBe(key?.answer);
    expect(detail.key?.evidence.map(({ statement }) => statement)).toEqual(
      key?.evidence.map(({ statement }) => statement),
    );
    // A diameter was measured between two points of the scan, which are drawn as a ruler.
    const rulers = detail.key?.evidence
      .flatMap(({ place }) => place?.marks ?? [])
      .filter(({ kind }) => kind === 'ruler');
    expect(rulers?.length).toBeGreaterThan(0);
    expect((await bench.call(`${at}/questions/q-unknown`)).status).toBe(404);
  });

  test('a rule of the guideline is spelled out with its source', async () => {
    const [{ id }] = (await questions({ type: 'splenomegaly-detection' })).rows;
    const detail = questionDetail.parse((await bench.call(`${at}/questions/${id}`)).json);
    const sources = detail.key?.evidence.flatMap(({ rule }) => (rule === undefined ? [] : [rule.source]));
    expect(sources?.join()).toContain('Bezerra');
  });

  test('the table for spreadsheets has one row for each question of the filter', async () => {
    const { total } = await questions({ stage: 'recognition' });
    const { text } = await bench.call(`${at}/questions.csv?stage=recognition`);
    expect(text.trimEnd().split('\r\n')).toHaveLength(total + 1);
    expect(text.startsWith('id,case,')).toBe(true);
  });
});

describe('cases and provenance', () => {
  test('a case tells its geometry, its questions and the structures that are really there', async () => {
    const opened = await openBenchmark(folder);
    const page = casePage.parse((await bench.call(`${at}/cases`)).json);
    expect(page.total).toBe(3);
    for (const row of page.rows) {
      const record = opened.cases.get(row.id);
      expect(row.shape).toEqual(record?.shape);
      expect(row.questions).toBe((await opened.questions({ caseIds: [row.id] })).length);
      const set = await opened.measurements(row.id);
      expect(row.structures).toEqual(set.regions.filter((r) => r.voxels > 0).map((r) => r.structure));
      expect(row.here).toBe(true);
    }
    const [{ value, count }] = page.counts.phase;
    expect(casePage.parse((await bench.call(`${at}/cases?phase=${value}`)).json).total).toBe(count);
  });

  test('the page tells the rules and assumptions, and no path of this machine', async () => {
    const reply = await bench.call(at);
    const { built } = benchmarkPage.parse(reply.json);
    const { manifest } = await openBenchmark(folder);
    expect(built?.manifest.canary).toBe(manifest.canary);
    expect(built?.sources).toBe(manifest.sources.length);
    expect(reply.text).not.toContain(place);
    expect(JSON.parse((await bench.call(`${at}/manifest`)).text)).toEqual(
      JSON.parse(JSON.stringify(manifest)),
    );
  });
});

describe('flags', () => {
  const hashOf = () =>
    readdirSync(folder)
      .sort()
      .map((name) =>
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      )
      .join();

  test('a flag is kept with its reason, counted, filtered by, exported, and leaves the benchmark as it is', async () => {
    const before = hashOf();
    const [, { id }] = (await questions()).rows;
    const body = { questionId: id, kind: 'wrong-key', reason: '=HYPERLINK("x") is no cyst,\nlook again' };
    const made = await bench.call(`${at}/flags`, { method: 'POST', body });
    expect(made.status).toBe(201);
    expect((await questions({ flagged: 'yes' })).rows.map((row) => [row.id, row.flags])).toEqual([[id, 1]]);
    const { flags } = flagList.parse((await bench.call(`${at}/flags`)).json);
    expect(flags).toMatchObject([{ questionId: id, kind: 'wrong-key', reason: body.reason, by: 'Owner' }]);
    const lines = (await bench.call(`${at}/flags?as=jsonl`)).text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).reason)).toEqual([body.reason]);
    // A spreadsheet shows the reason, it does not run it.
    expect((await bench.call(`${at}/flags?as=csv`)).text).toContain(
      `"'=HYPERLINK(""x"") is no cyst,\nlook again"`,
    );
    expect(hashOf()).toBe(before);
    const [{ id: flag }] = flags;
    expect((await bench.call(`${at}/flags/${flag}`, { method: 'DELETE' })).status).toBe(204);
    expect((await questions({ flagged: 'yes' })).total).toBe(0);
    expect((await bench.call(`${at}/flags/${flag}`, { method: 'DELETE' })).status).toBe(404);
  });

  test('no reason, an unknown kind and an unknown question are refused', async () => {
    const [{ id }] = (await questions()).rows;
    const post = (body: unknown) => bench.call(`${at}/flags`, { method: 'POST', body });
    expect((await post({ questionId: id, kind: 'wrong-key', reason: '  ' })).status).toBe(400);
    expect((await post({ questionId: id, kind: 'ugly', reason: 'it is ugly' })).status).toBe(400);
    expect((await post({ questionId: 'q-none', kind: 'other', reason: 'it is not there' })).status).toBe(404);
  });

  test('flags outlive a crash in the middle of a line, and two workbenches see each other’s', async () => {
    const work = mkdtempSync(join(tmpdir(), 'overread-flags-'));
    const [one, other] = [openFlags(work), openFlags(work)];
    const flag = (n: number) => ({ questionId: `q-${n}`, kind: 'other' as const, reason: `reason ${n}` });
    await Promise.all([1, 2, 3].map((n) => one.set('a'.repeat(16), flag(n), 'A')));
    appendFileSync(join(work, 'flags.jsonl'), '{"set":{"id":"f-half","ben');
    await other.set('a'.repeat(16), flag(4), 'B');
    for (const flags of [one, other, openFlags(work)])
      expect((await flags.of('a'.repeat(16))).map(({ questionId }) => questionId)).toEqual([
        ...['q-4', 'q-3', 'q-2', 'q-1'],
      ]);
    expect(await one.of('b'.repeat(16))).toEqual([]);
    await rm(work, { recursive: true });
  });
});

test('locked keys leave gold answers out and say so', async () => {
  const out = join(place, 'locked');
  const { contentHash } = await buildBenchmark({
    ...{ source: join(place, 'cohort'), out, workers: 1, perCase: 6, passphrase: 'open sesame' },
  });
  const path = `/api/benchmarks/${contentHash.slice(0, 16)}/questions`;
  const locked = await testWorkbench({ folders: [out] });
  const page = questionPage.parse((await locked.call(path)).json);
  expect(page.rows.every(({ gold }) => gold === null)).toBe(true);
  expect(page.locked).toContain('passphrase');
  await locked.close();
  const open = await testWorkbench({ folders: [out], passphrase: 'open sesame' });
  const [{ id, gold }] = questionPage.parse((await open.call(path)).json).rows;
  expect(gold).toBe((await openKeys(out, 'open sesame')).get(id)?.answer);
  const detail = questionDetail.parse((await open.call(`${path}/${id}`)).json);
  expect(detail.key?.answer).toBe(gold);
  await open.close();
});
