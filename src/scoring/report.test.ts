import { describe, expect, it } from 'vitest';
import { type Question, STAGES } from '../domain/question.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { round4 } from './published/python-text.ts';
import { buildReport } from './report.ts';
import { SUBTYPES } from './subtypes.ts';
import { simulate } from './testing/simulate.ts';

const BASE = { seed: 'report', questions: 840, patients: 90, format: 'mc' as const };
const strict = (input: ReturnType<typeof simulate>, extra = {}) =>
  buildReport({ ...input, protocol: 'strict', resamples: 300, ...extra });

describe('a report', () => {
  const input = simulate({
    ...BASE,
    readers: [
      { name: 'good', skill: 0.8, unparsed: 0.05, refused: 0.04, failed: 0.03, unsupported: 0.1 },
      { name: 'poor', skill: 0.35 },
    ],
  });
  const report = strict(input);
  const [good, poor] = report.readers;

  it('keeps unparsed, refused and failed in the denominator and unsupported out of it', () => {
    const { overall } = good;
    expect(overall.n + overall.unsupported).toBe(840);
    for (const status of ['unparsed', 'refused', 'failed', 'unsupported'] as const)
      expect(overall[status]).toBe(input.runs[0].rows.filter((row) => row.status === status).length);
    const right = (0.8 * overall.n * (1 - 0.05 - 0.04 - 0.03 - 0.1)) / 0.9;
    expect(Math.abs((overall.score ?? 0) - right / overall.n)).toBeLessThan(0.06);
  });
  it('stages hold their types’ reads, overall holds the stages’', () => {
    expect(STAGES.reduce((sum, stage) => sum + good.stages[stage].n, 0)).toBe(good.overall.n);
    expect(Object.keys(good.types)).toHaveLength(42);
    const micro = STAGES.reduce((sum, s) => sum + (good.stages[s].score ?? 0) * good.stages[s].n, 0);
    expect(micro / good.overall.n).toBeCloseTo(good.overall.score ?? 0, 10);
    const types = Object.values(good.types);
    const macro = types.reduce((sum, cell) => sum + (cell.score ?? 0), 0) / types.length;
    expect(good.macroOverall.score).toBeCloseTo(macro, 10);
  });
  it('chance is one over the options', () => {
    const binary = SUBTYPES.filter((s) => s.answerKind === 'binary').length;
    expect(poor.types['lesion-outlier'].chance).toBe(0.5);
    expect(poor.types['organ-hu-ratio'].chance).toBe(0.25);
    expect(poor.overall.chance).toBeCloseTo((binary * 0.5 + (42 - binary) * 0.25) / 42, 10);
    expect(poor.overall.chanceBaseline).toBe('1/options');
  });
  it('says that the better reader is better, with intervals that hold the score', () => {
    for (const { overall } of [good, poor]) {
      const [low, high] = overall.ci95 ?? [2, -1];
      expect(low).toBeLessThan(overall.score ?? -1);
      expect(high).toBeGreaterThan(overall.score ?? 2);
      expect(overall.interval).toBe('patient bootstrap (BCa, 300)');
    }
    const [pair] = report.pairs;
    expect(pair).toMatchObject({ a: 'good', b: 'poor', stage: 'overall', family: 'overall × reader pairs' });
    expect(pair.difference).toBeGreaterThan(0.2);
    expect(pair.ci95?.[0]).toBeGreaterThan(0);
    expect(pair.p).toBeLessThan(0.001);
    expect(pair.equivalent).toBe(false);
    expect(pair.win + pair.tie + pair.loss).toBe(pair.n);
  });
  it('adjusts the four stages of the pair by Holm as one family', () => {
    const stages = report.pairs.filter((row) => row.family === 'stages × reader pairs');
    expect(stages.map((row) => row.stage)).toEqual([...STAGES]);
    for (const row of stages) expect(row.pHolm).toBeGreaterThanOrEqual(row.p);
    expect(Math.min(...stages.map((row) => row.pHolm))).toBeCloseTo(
      4 * Math.min(...stages.map((r) => r.p)),
      10,
    );
  });
  it('is the same for the same input', () => {
    expect(strict(input)).toEqual(report);
  });
  it('survives JSON: no NaN, no infinity', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('published scores', () => {
  it('average rounded types by their reads', () => {
    const input = simulate({ ...BASE, readers: [{ name: 'reader', skill: 0.6 }] });
    const reader = buildReport({ ...input, protocol: 'published', resamples: 50 }).readers[0];
    const types = Object.values(reader.types);
    for (const cell of types) expect(cell.score).toBe(round4(cell.score ?? -1));
    const weighted = types.reduce((sum, cell) => sum + (cell.score ?? 0) * cell.n, 0);
    expect(reader.overall.score).toBe(round4(weighted / 840));
  });
  it('read an answer into "Answer: B" that strict does not', () => {
    const input = simulate({ ...BASE, questions: 42, readers: [{ name: 'reader', skill: 0.5 }] });
    const rows: ScoringRow[] = input.questions.map((question) => ({
      ...input.runs[0].rows[0],
      questionId: question.id,
      patientId: question.patientId,
      status: 'answered',
      raw: `Answer: ${input.keys.get(question.id)?.letter}`,
    }));
    const runs = [{ run: input.runs[0].run, rows }];
    expect(strict({ ...input, runs }).readers[0].overall.score).toBe(1);
    const firstLetters = [...input.keys.values()].filter((key) => key.letter === 'A').length / 42;
    const published = buildReport({ ...input, runs, protocol: 'published', resamples: 50 });
    expect(published.readers[0].overall.score).toBeCloseTo(firstLetters, 3);
  });
});

describe('free form', () => {
  const input = simulate({ ...BASE, format: 'free', readers: [{ name: 'reader', skill: 0.7 }] });
  const reader = strict(input).readers[0];
  it('mixes relative accuracy and exact answers only across kinds', () => {
    expect(reader.types['organ-hu-ratio'].metric).toBe('mra');
    expect(reader.types['lesion-outlier'].metric).toBe('accuracy');
    expect(reader.stages.measurement.metric).toBe('mra');
    expect(reader.overall.metric).toBe('mixed');
  });
  it('chance is learned from the other patients of the train split', () => {
    expect(reader.types['organ-hu-ratio'].chanceBaseline).toBe('median (train)');
    expect(reader.types['lesion-outlier'].chanceBaseline).toBe('most frequent (train)');
    const test = input.questions.filter((q) => q.type === 'organ-hu-ratio');
    const truthOf = (q: Question) => input.keys.get(q.id)?.value ?? 0;
    const scores = test.map((asked) => {
      const train = test
        .filter((q) => q.split === 'train' && q.patientId !== asked.patientId)
        .map(truthOf)
        .sort((a, b) => a - b);
      const middle = train.length >> 1;
      const median = train.length % 2 ? train[middle] : (train[middle - 1] + train[middle]) / 2;
      return Math.max(0, 1 - Math.abs(median - truthOf(asked)) / truthOf(asked));
    });
    const expected = scores.reduce((sum, score) => sum + score, 0) / test.length;
    expect(reader.types['organ-hu-ratio'].chance).toBeCloseTo(expected, 10);
  });
  it('hit rates count right numbers at every tolerance, wrong ones at none', () => {
    // Simulated wrong numbers are three times the truth.
    const { hitRates, score } = reader.types['organ-hu-ratio'];
    expect(hitRates?.map(({ within }) => within)).toEqual([0.05, 0.1, 0.2, 0.5]);
    for (const { share } of hitRates ?? []) expect(share).toBeCloseTo(score ?? -1, 10);
  });
  it('yes/no types carry sensitivity and specificity that make up the accuracy', () => {
    const cell = reader.types['lesion-outlier'];
    const yes = input.questions.filter(
      (q) => q.type === 'lesion-outlier' && input.keys.get(q.id)?.answer === 'Yes',
    ).length;
    const right = (cell.sensitivity ?? 0) * yes + (cell.specificity ?? 0) * (cell.n - yes);
    expect(right / cell.n).toBeCloseTo(cell.score ?? -1, 10);
  });
});

describe('comparisons', () => {
  it('with a baseline name only pairs against it, and an unknown baseline is an error', () => {
    const input = simulate({
      ...BASE,
      questions: 84,
      readers: ['a', 'b', 'c'].map((name) => ({ name, skill: 0.5 })),
    });
    const rows = strict(input, { baseline: 'b' }).pairs.filter((row) => row.stage === 'overall');
    expect(rows.map((row) => [row.a, row.b])).toEqual([
      ['a', 'b'],
      ['c', 'b'],
    ]);
    expect(strict(input).pairs.filter((row) => row.stage === 'overall')).toHaveLength(3);
    expect(() => strict(input, { baseline: 'nobody' })).toThrow(/No run here is called nobody/);
  });
  it('a reader against itself is never better, and repeats give a standard deviation', () => {
    const input = simulate({ ...BASE, questions: 168, repeats: 3, readers: [{ name: 'a', skill: 0.5 }] });
    const twice = {
      ...input,
      runs: [input.runs[0], { ...input.runs[0], run: { ...input.runs[0].run, id: 'other' } }],
    };
    const report = strict(twice);
    expect(report.readers[0].overall.n).toBe(3 * 168);
    // Binomial: √(0.25 / 168) = 0.039 between repeats.
    expect(report.readers[0].repeatSd).toBeGreaterThan(0.003);
    expect(report.readers[0].repeatSd).toBeLessThan(0.1);
    for (const pair of report.pairs) {
      expect(pair.difference).toBe(0);
      expect(pair.p).toBe(1);
    }
    expect(report.pairs[0].a).not.toBe(report.pairs[0].b);
  });
  it('says what was left out', () => {
    const input = simulate({ ...BASE, questions: 84, readers: [{ name: 'a', skill: 0.5 }] });
    const { run, rows } = input.runs[0];
    const runs = [
      { run: { ...run, planned: 100 }, rows: [...rows, { ...rows[0], questionId: 'elsewhere' }] },
    ];
    const { notes } = strict({ ...input, runs });
    expect(notes.join(' ')).toContain('1 reads are of questions');
    expect(notes.join(' ')).toContain('15 of 100 reads are not done');
  });
});
