// Building a benchmark of phantoms: determinism, separation of keys, and what happens when things go wrong.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../domain/benchmark.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import { criteriaSet } from '../knowledge/criteria.ts';
import { phantomCohort } from '../phantoms/cohort.ts';
import { writeCohort } from '../phantoms/write-cohort.ts';
import { typeOf } from './ask.ts';
import { FILES, openBenchmark } from './benchmark-folder.ts';
import { buildBenchmark } from './build.ts';
import { oracleResult } from './gold.ts';
import { openKeys } from './keys.ts';
import { optionLetter } from './question-type.ts';
import { verifyBenchmark } from './verify.ts';

const scratch = mkdtempSync(join(tmpdir(), 'overread-build-'));
const source = join(scratch, 'cohort');
/** The first two cases: enough where the number of cases does not matter. */
const small = join(scratch, 'small');
const at = (name: string) => join(scratch, name);
const phantoms = phantomCohort({ seed: 3, cases: 6, shape: [64, 64, 40] });
let manifest: Manifest;

beforeAll(async () => {
  await writeCohort(source, phantoms);
  mkdirSync(small);
  for (const { id } of phantoms.slice(0, 2)) cpSync(join(source, id), join(small, id), { recursive: true });
  manifest = await buildBenchmark({ source, out: at('first'), seed: '1', workers: 1 });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
  } catch (error) {
    return OverreadError.isInstance(error) ? error.code : String(error);
  }
  return 'no error';
};
const text = (folder: string, name: string) => readFileSync(join(at(folder), name), 'utf8');

describe('buildBenchmark', () => {
  it('gives the same content hash with two threads, on another path and at another time', async () => {
    cpSync(source, at('elsewhere'), { recursive: true });
    const again = await buildBenchmark({ source: at('elsewhere'), out: at('second'), seed: '1', workers: 2 });
    expect(again.contentHash).toBe(manifest.contentHash);
    for (const name of [FILES.questions, FILES.keys, FILES.cases, FILES.measurements])
      expect(text('second', name), name).toBe(text('first', name));
  });
  it('gives another hash for another seed', async () => {
    const other = await buildBenchmark({
      source: small,
      out: at('other-seed'),
      seed: '2',
      workers: 1,
      types: ['recognition'],
    });
    const same = await buildBenchmark({
      source: small,
      out: at('same-seed'),
      seed: '1',
      workers: 1,
      types: ['recognition'],
    });
    expect(other.contentHash).not.toBe(same.contentHash);
    expect(other.canary).not.toBe(same.canary);
  });
  it('is found whole by verification', async () => {
    expect(await verifyBenchmark(at('first'))).toEqual({ contentHash: manifest.contentHash });
  });
  it('counts cases, patients and questions, and has questions of every stage', async () => {
    const { questions } = await openBenchmark(at('first'));
    const all = await questions();
    expect(manifest.counts.cases).toBe(6);
    expect(manifest.counts.patients).toBe(new Set(phantoms.map(({ patient }) => patient)).size);
    expect(manifest.counts.questions).toBe(all.length);
    expect(Object.keys(manifest.counts.byStage)).toHaveLength(4);
    expect(manifest.failed).toEqual([]);
    expect(Object.values(manifest.splits).reduce((a, b) => a + b)).toBe(all.length);
  });
  it('keeps a patient in one split', async () => {
    const { cases } = await openBenchmark(at('first'));
    const splits = Map.groupBy(cases.values(), ({ patientId }) => patientId);
    for (const records of splits.values()) expect(new Set(records.map(({ split }) => split)).size).toBe(1);
  });
  it('asks yes and no alike wherever both occur, and records what was left out for it', async () => {
    const { questions } = await openBenchmark(at('first'));
    const keys = await openKeys(at('first'));
    const binary = (await questions()).filter(({ answerKind }) => answerKind === 'binary');
    const both = [...Map.groupBy(binary, ({ type }) => type).values()].filter(
      (own) => new Set(own.map(({ id }) => keys.get(id)?.answer)).size === 2,
    );
    const answers = both.flat().map(({ id }) => keys.get(id)?.answer);
    const yes = answers.filter((answer) => answer === 'Yes').length;
    expect(Math.abs(yes - answers.length / 2)).toBeLessThan(3 * Math.sqrt(answers.length / 4));
    const left = manifest.skipped.filter(({ reason }) => reason.startsWith('left out so that no answer'));
    expect(left.length).toBeGreaterThan(0);
    for (const { cases } of left) expect(cases).toBeLessThanOrEqual(manifest.counts.cases);
  });
  it('lets no name of the source, no path and no answer into what readers see', () => {
    for (const name of [FILES.questions, FILES.cases, FILES.manifest]) {
      const content = text('first', name);
      expect(content).not.toContain('phantom-0');
      expect(content).not.toContain('phantom-patient');
      expect(content).not.toContain(scratch);
    }
    for (const line of text('first', FILES.questions).trim().split('\n').slice(1))
      expect(Object.keys(JSON.parse(line))).not.toEqual(expect.arrayContaining(['answer']));
    expect(text('first', FILES.questions)).not.toMatch(/"(letter|answer|value)":"?[^"{]*"?,"evidence"/);
  });
  it('marks every file with the canary', () => {
    for (const name of readdirSync(at('first'))) expect(text('first', name)).toContain(manifest.canary);
  });
  it('records what cases cannot support, with the reason', () => {
    const reasons = manifest.skipped.filter(({ type }) => type === 'hepatic-steatosis-grading');
    expect(reasons).toMatchObject([{ reason: expect.stringMatching(/unenhanced/) }]);
    expect(manifest.assumptions.every(({ assumed }) => assumed)).toBe(true);
  });
  it('keeps to the number of questions per case', async () => {
    await buildBenchmark({ source: small, out: at('few'), workers: 1, perCase: 5 });
    const all = await (await openBenchmark(at('few'))).questions();
    for (const own of Map.groupBy(all, ({ caseId }) => caseId).values())
      expect(own.length).toBeLessThanOrEqual(5);
  });
});

describe('the keys', () => {
  it('follow from what the folder tells tools, by plan and rule alone', async () => {
    const benchmark = await openBenchmark(at('first'));
    const keys = await openKeys(at('first'));
    const criteria = criteriaSet(manifest.criteria);
    for (const question of await benchmark.questions()) {
      const type = typeOf(question.type);
      const set = await benchmark.measurements(question.caseId);
      const results = type?.plan(question.slots).map((step) => oracleResult(step, set, criteria)) ?? [];
      // As a tool's JSON would arrive.
      const conclusion = type?.conclude(question.slots, JSON.parse(JSON.stringify(results)));
      if (conclusion === undefined || 'error' in conclusion)
        throw new Error(`${question.type} has no conclusion`);
      expect(optionLetter(question, conclusion), question.type).toBe(keys.get(question.id)?.letter);
    }
  });
  it('are not given away by the options: blind strategies stay at chance on the benchmark itself', async () => {
    const keys = await openKeys(at('first'));
    const all = await (await openBenchmark(at('first'))).questions();
    const numbers = (q: Question) => [...q.options].sort((a, b) => Number(a.text) - Number(b.text));
    const middle = (q: Question) =>
      numbers(q).slice((q.options.length - 1) >> 1, (q.options.length >> 1) + 1);
    const longest = (q: Question) => {
      const most = Math.max(...q.options.map((o) => o.text.length));
      return q.options.filter((o) => o.text.length === most);
    };
    for (const guess of [
      middle,
      longest,
      (q: Question) => q.options.slice(0, 1),
      (q: Question) => q.options.slice(-1),
    ]) {
      let excess = 0;
      let variance = 0;
      for (const question of all) {
        const guesses = guess(question);
        const hit = guesses.some((o) => o.letter === keys.get(question.id)?.letter) ? 1 / guesses.length : 0;
        const chance = 1 / question.options.length;
        excess += hit - chance;
        variance += chance * (1 - chance);
      }
      expect(Math.abs(excess) / Math.sqrt(variance)).toBeLessThan(3.29);
    }
  });
});

describe('when things go wrong', () => {
  it('records a broken case without its name and goes on; the name is for the progress only', async () => {
    const broken = at('one-broken');
    cpSync(source, broken, { recursive: true });
    const victim = phantoms[2].id;
    writeFileSync(join(broken, victim, 'ct.nii.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]));
    const built = await buildBenchmark({
      source: broken,
      out: at('survived'),
      workers: 2,
      types: ['recognition'],
    });
    expect(built.failed).toHaveLength(1);
    expect(built.counts.cases).toBe(5);
    expect(JSON.stringify(built)).not.toContain(victim);
    expect(built.failed[0].reason).not.toMatch(/\.nii/);
  });
  it('ends with the case\u2019s error when none can be read, and leaves nothing behind', async () => {
    const broken = at('all-broken');
    mkdirSync(broken);
    for (const { id } of phantoms.slice(0, 2)) {
      cpSync(join(source, id), join(broken, id), { recursive: true });
      writeFileSync(join(broken, id, 'ct.nii.gz'), 'no scan');
    }
    expect(await codeOf(buildBenchmark({ source: broken, out: at('nothing'), workers: 1 }))).toMatch(
      /^(file|format)-/,
    );
    expect(existsSync(at('nothing'))).toBe(false);
    expect(readdirSync(scratch).filter((name) => name.includes('partial'))).toEqual([]);
  });
  it('does not write over a folder that is no benchmark, and replaces one that is', async () => {
    mkdirSync(at('precious'));
    writeFileSync(join(at('precious'), 'thesis.txt'), 'years of work');
    expect(await codeOf(buildBenchmark({ source, out: at('precious') }))).toBe('bad-argument');
    expect(readdirSync(at('precious'))).toEqual(['thesis.txt']);
    writeFileSync(at('file'), '');
    expect(await codeOf(buildBenchmark({ source, out: at('file') }))).toBe('bad-argument');
    expect(await codeOf(buildBenchmark({ source, out: at('file/below') }))).toBe('write-failed');
    cpSync(at('first'), at('again'), { recursive: true });
    await buildBenchmark({
      source: small,
      out: at('again'),
      seed: '9',
      workers: 1,
      types: ['pdac-existence'],
    });
    expect((await openBenchmark(at('again'))).manifest.seed).toBe('9');
  });
  it.each([1, 2])('stops in the middle when told to, with %d workers, and keeps nothing', async (workers) => {
    const controller = new AbortController();
    const progress = { start: () => {}, finish: () => {}, advance: () => controller.abort() };
    const { signal } = controller;
    const build = buildBenchmark({ source, out: at('halfway'), workers, signal, progress });
    expect(await codeOf(build)).toBe('cancelled');
    expect(existsSync(at('halfway'))).toBe(false);
    expect(readdirSync(scratch).filter((name) => name.includes('partial'))).toEqual([]);
  });
  it('stops when told to and keeps nothing', async () => {
    const signal = AbortSignal.abort();
    expect(await codeOf(buildBenchmark({ source: small, out: at('stopped'), workers: 2, signal }))).toBe(
      'cancelled',
    );
    expect(existsSync(at('stopped'))).toBe(false);
  });
  it('names what is wrong with the request', async () => {
    const build = (more: object) =>
      codeOf(buildBenchmark({ source: small, out: at('bad'), workers: 1, ...more }));
    expect(await build({ types: ['astrology'] })).toBe('bad-argument');
    expect(await build({ criteria: 'horoscope' })).toBe('bad-argument');
    expect(await build({ options: { 'no.such': 1 } })).toBe('bad-argument');
    expect(await build({ scheme: 'no-scheme' })).toBe('scheme-unknown');
    expect(await build({ source: at('not-there') })).toBe('file-not-found');
  });
});

describe('a damaged benchmark', () => {
  const damaged = (name: string, file: string, change: (content: string) => string) => {
    cpSync(at('first'), at(name), { recursive: true });
    writeFileSync(join(at(name), file), change(text(name, file)));
    return at(name);
  };
  it('names file and line of a broken record', async () => {
    const folder = damaged('cut', FILES.questions, (content) => {
      const lines = content.split('\n');
      lines[3] = lines[3].slice(0, 40);
      return lines.join('\n');
    });
    await expect((await openBenchmark(folder)).questions()).rejects.toThrow(/questions\.jsonl, line 4/);
  });
  it('names a field of the wrong kind', async () => {
    const folder = damaged('field', FILES.keys, (content) => content.replace(/"letter":"\w"/, '"letter":7'));
    await expect(openKeys(folder)).rejects.toThrow(/keys\.jsonl, line 2: "letter"/);
  });
  it('notices another canary, a changed answer, a missing key', async () => {
    const canary = damaged('canary', FILES.questions, (content) => content.replace(/GUID \w/, 'GUID x'));
    expect(await codeOf(verifyBenchmark(canary))).toBe('benchmark-invalid');
    const answer = damaged('answer', FILES.keys, (content) =>
      content.replace('"answer":"Yes"', '"answer":"No"'),
    );
    await expect(verifyBenchmark(answer)).rejects.toThrow(/content hash/);
    const missing = damaged(
      'missing',
      FILES.keys,
      (content) => `${content.split('\n').slice(0, -2).join('\n')}\n`,
    );
    await expect(verifyBenchmark(missing)).rejects.toThrow(/belong/);
  });
  it('is no benchmark without its manifest, or with a broken one', async () => {
    expect(await codeOf(openBenchmark(source))).toBe('file-not-found');
    expect(await codeOf(openBenchmark(damaged('manifest', FILES.manifest, () => '{')))).toBe(
      'benchmark-invalid',
    );
    const other = damaged('format', FILES.manifest, (content) =>
      content.replace('overread-benchmark', 'a-zip'),
    );
    await expect(openBenchmark(other)).rejects.toThrow(/format/);
  });
});

describe('the folder', () => {
  it('filters questions, finds measurements of each case in place, and says where cases lie', async () => {
    const benchmark = await openBenchmark(at('first'));
    const all = await benchmark.questions();
    expect(await benchmark.questions({ limit: 3 })).toEqual(all.slice(0, 3));
    expect(await benchmark.questions({ ids: [all[5].id] })).toEqual([all[5]]);
    const measurement = await benchmark.questions({ stages: ['measurement'], splits: ['train'] });
    expect(measurement).toEqual(all.filter((q) => q.stage === 'measurement' && q.split === 'train'));
    for (const id of benchmark.cases.keys()) {
      const set = await benchmark.measurements(id);
      expect(set.shape).toEqual(benchmark.cases.get(id)?.shape);
      expect(benchmark.source(id)).toMatchObject({ path: source, scheme: 'abdomenatlas' });
    }
    expect(await codeOf(benchmark.measurements('case-unknown'))).toBe('benchmark-invalid');
    rmSync(join(at('second'), FILES.sources));
    expect((await openBenchmark(at('second'))).source(all[0].caseId)).toBeUndefined();
  });
  it('cannot reach a key', async () => {
    const benchmark = await openBenchmark(at('first'));
    expect(Object.keys(benchmark)).not.toContain('keys');
    const keys = await openKeys(at('first'));
    const shown = JSON.stringify([
      benchmark.manifest,
      ...(await benchmark.questions()),
      ...benchmark.cases.values(),
    ]);
    for (const { evidence } of [...keys.values()].slice(0, 40))
      for (const { statement } of evidence.filter(({ primitive }) => primitive !== 'compare'))
        expect(shown).not.toContain(statement);
  });
});

describe('encrypted keys', () => {
  it('open with the passphrase only, and do not change the content hash', async () => {
    const locked = await buildBenchmark({
      source,
      out: at('locked'),
      seed: '1',
      workers: 1,
      passphrase: 'größer',
    });
    expect(locked.contentHash).toBe(manifest.contentHash);
    expect(text('locked', FILES.keys)).not.toMatch(/"letter"|evidence/);
    expect(await openKeys(at('locked'), 'größer')).toEqual(await openKeys(at('first')));
    expect(await codeOf(openKeys(at('locked')))).toBe('key-locked');
    expect(await codeOf(openKeys(at('locked'), 'grosser'))).toBe('key-locked');
    expect(await verifyBenchmark(at('locked'), 'größer')).toEqual({ contentHash: manifest.contentHash });
  });
  it('notice a cut or reordered file', async () => {
    cpSync(at('locked'), at('locked-cut'), { recursive: true });
    const lines = text('locked', FILES.keys).trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    const write = (own: string[]) => writeFileSync(join(at('locked-cut'), FILES.keys), `${own.join('\n')}\n`);
    write(lines.slice(0, -1));
    expect(await codeOf(openKeys(at('locked-cut'), 'größer'))).toBe('key-locked');
    write([lines[0], lines[2], lines[1], ...lines.slice(3)]);
    expect(await codeOf(openKeys(at('locked-cut'), 'größer'))).toBe('key-locked');
    write([lines[0]]);
    expect(await codeOf(openKeys(at('locked-cut'), 'größer'))).toBe('benchmark-invalid');
  });
});
