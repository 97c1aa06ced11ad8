// Export, import and comparison of benchmarks.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../domain/benchmark.ts';
import { OverreadError } from '../domain/errors.ts';
import { phantomCohort } from '../phantoms/cohort.ts';
import { writeCohort } from '../phantoms/write-cohort.ts';
import { openBenchmark } from './benchmark-folder.ts';
import { buildBenchmark } from './build.ts';
import { diffBenchmarks } from './diff.ts';
import { type Exporter, exportBenchmark } from './export.ts';
import { exporterContract } from './exporter.contract.ts';
import { exporters } from './exporters/registry.generated.ts';
import { importBenchmark } from './import.ts';
import { importerContract } from './importer.contract.ts';
import type { Importer } from './importer.ts';
import { importers } from './importers/registry.generated.ts';
import { verifyBenchmark } from './verify.ts';

const scratch = mkdtempSync(join(tmpdir(), 'overread-formats-'));
const at = (name: string) => join(scratch, name);
const small = at('cohort');
let manifest: Manifest;

beforeAll(async () => {
  await writeCohort(small, phantomCohort({ seed: 3, cases: 2, shape: [64, 64, 40] }));
  manifest = await buildBenchmark({ source: small, out: at('first'), seed: '1', workers: 1 });
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

describe.each(
  Object.values(exporters).map((exporter) => [exporter.id, exporter as Exporter] as const),
)('export to %s', (_, exporter) => exporterContract(exporter, () => at('first')));
describe.each(
  Object.values(importers).map((importer) => [importer.id, importer as Importer] as const),
)('import from %s', (_, importer) => importerContract(importer, () => at('first')));

describe('export, import, diff', () => {
  it.each(['jsonl', 'parquet'])('%s comes back without loss', async (format) => {
    const { files, questions } = await exportBenchmark(at('first'), { to: format, out: at(`out/${format}`) });
    expect(questions).toBe(manifest.counts.questions);
    const back = await importBenchmark(files[0], { from: format, out: at(`back-${format}`), name: 'back' });
    expect(back.contentHash).toBe(manifest.contentHash);
    expect(back.canary).toBe(manifest.canary);
    await verifyBenchmark(at(`back-${format}`));
    expect(await diffBenchmarks(at('first'), at(`back-${format}`))).toMatchObject({ same: true, byType: {} });
  });
  it.each([
    ['deeptumorvqa', []],
    ['deeptumorvqa-v1', ['unit']],
  ])('%s comes back unchanged in all that it holds, and what it does not hold is named', async (format, more) => {
    const { files } = await exportBenchmark(at('first'), { to: format, out: at(`out/${format}`) });
    await importBenchmark(files[0], { from: format, out: at(`back-${format}`) });
    const found = await diffBenchmarks(at('first'), at(`back-${format}`));
    expect(found).toMatchObject({ same: false, added: [], removed: [], byType: {} });
    expect(Object.keys(found.settings)).toEqual(['generator']);
    expect(found.notHeld.before).toEqual([]);
    expect(found.notHeld.after).toEqual(
      expect.arrayContaining(['caseId', 'context', 'slots', 'evidence', 'criteria', ...more]),
    );
    // What it does hold is still compared: another answer, another wording.
    const changed = files[0].replace(/(\.\w+)$/, '-changed$1');
    const texts = readFileSync(files[0], 'utf8');
    const one = (await (await openBenchmark(at('first'))).questions())[0];
    writeFileSync(changed, texts.replaceAll(one.text, `${one.text} Really?`));
    await importBenchmark(changed, { from: format, out: at(`changed-${format}`) });
    const { changedQuestions, changedKeys } = await diffBenchmarks(at('first'), at(`changed-${format}`));
    expect(changedQuestions).toContain(one.id);
    expect(changedKeys).toEqual([]);
  });
  it('writes the fields of the release', async () => {
    const { files } = await exportBenchmark(at('first'), { to: 'deeptumorvqa', out: at('release.json') });
    const whole = JSON.parse(readFileSync(files[0], 'utf8'));
    expect(Object.keys(whole)).toEqual(
      expect.arrayContaining(['version', 'num_questions', 'question_types', 'questions']),
    );
    expect(whole.question_types).toEqual([
      'recognition',
      'measurement',
      'visual reasoning',
      'medical reasoning',
    ]);
    const existence = whole.questions.find(
      (q: { question_subtype: string }) => q.question_subtype === 'liver lesion existence',
    );
    expect(existence).toMatchObject({
      shape: '(64, 64, 40)',
      spacing: '[5.25 5.25 8.0]',
      organ: 'liver',
      lesion: true,
      question_type: 'recognition',
      requires_tools: ['segment_organ'],
    });
    expect(existence.mc_question).toMatch(/\? A: (Yes|No) B: (Yes|No)$/);
  });
  it.each([
    ['constructor', 'file-corrupt'],
    ['__proto__', 'file-corrupt'],
    ['<script>alert(1)</script>', 'file-corrupt'],
    ['of-another-house', 'no error'],
  ])('takes a question of type %s from elsewhere or says that it is wrong: %s', async (type, code) => {
    const { files } = await exportBenchmark(at('first'), { to: 'jsonl', out: at('out/typed') });
    const [head, line] = readFileSync(files[0], 'utf8').split('\n');
    const record = JSON.parse(line);
    record.question.type = type;
    writeFileSync(at('typed.jsonl'), `${head}\n${JSON.stringify(record)}\n`);
    expect(await codeOf(importBenchmark(at('typed.jsonl'), { from: 'jsonl', out: at('typed') }))).toBe(code);
    if (code === 'no error') await verifyBenchmark(at('typed'));
  });
  it('makes a type of any subtype that a release may name', async () => {
    const { files } = await exportBenchmark(at('first'), { to: 'deeptumorvqa', out: at('odd.json') });
    const whole = JSON.parse(readFileSync(files[0], 'utf8'));
    const questions = [{ ...whole.questions[0], question_subtype: ' T/N stage (AJCC 8)?' }];
    writeFileSync(at('odd.json'), JSON.stringify({ ...whole, questions }));
    const odd = await importBenchmark(at('odd.json'), { from: 'deeptumorvqa', out: at('odd') });
    expect(odd.counts.byType).toEqual({ 't-n-stage-ajcc-8': 1 });
    await verifyBenchmark(at('odd'));
  });
  it('names the record of an import that is wrong', async () => {
    const file = at('wrong.json');
    const record = { qid: 'q', image_id: 'i', question: 'Q?', answer: 'Yes', mc_question: 'Q? A: Yes B: No' };
    const questions = [
      { ...record, correct_option: 'C', question_type: 'recognition', question_subtype: 'PDAC existence' },
    ];
    writeFileSync(file, JSON.stringify({ questions }));
    await expect(importBenchmark(file, { from: 'deeptumorvqa', out: at('wrong') })).rejects.toThrow(
      /question 1.*"C"/,
    );
    writeFileSync(file, '{"questions":');
    expect(await codeOf(importBenchmark(file, { from: 'deeptumorvqa', out: at('wrong') }))).toBe(
      'file-corrupt',
    );
    writeFileSync(file, 'PAR1 no');
    expect(await codeOf(importBenchmark(file, { from: 'parquet', out: at('wrong') }))).toBe('file-corrupt');
    expect(await codeOf(importBenchmark(at('none'), { from: 'jsonl', out: at('wrong') }))).toBe(
      'file-not-found',
    );
    expect(await codeOf(exportBenchmark(at('first'), { to: 'stone-tablet' }))).toBe('bad-argument');
    expect(existsSync(at('wrong'))).toBe(false);
  });
  it('tells added, removed and changed questions by type', async () => {
    const strictly = await buildBenchmark({
      source: small,
      out: at('liver'),
      seed: '1',
      workers: 1,
      types: ['liver-lesion-existence', 'organ-enlargement'],
      balance: Number.POSITIVE_INFINITY,
    });
    const other = await buildBenchmark({
      source: small,
      out: at('liver-published'),
      seed: '1',
      workers: 1,
      types: ['organ-enlargement', 'pdac-existence'],
      criteria: 'radgpt',
      balance: Number.POSITIVE_INFINITY,
    });
    const found = await diffBenchmarks(at('liver'), at('liver-published'));
    expect(found.same).toBe(false);
    expect(found.byType['liver-lesion-existence'].removed).toBe(
      strictly.counts.byType['liver-lesion-existence'],
    );
    expect(found.byType['pdac-existence'].added).toBe(other.counts.byType['pdac-existence']);
    // The limits differ between the criteria, and with them the questions; that of the spleen is the same.
    expect(found.byType['organ-enlargement'].removed).toBeGreaterThan(0);
    expect(found.settings.criteria).toEqual({ before: 'guideline', after: 'radgpt' });
  });
});
