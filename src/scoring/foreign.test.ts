import { describe, expect, it } from 'vitest';
import { readForeign, scoreForeign } from './foreign.ts';
import { parseSpelled, pythonText, truthy } from './published/python-json.ts';
import { simulate } from './testing/simulate.ts';

const record = (qid: string, fields: Record<string, unknown>) => ({
  qid,
  question_subtype: 'organ HU ratio',
  question_type: 'measurement',
  correct_option: 'B',
  answer: 0.83,
  ...fields,
});

describe('Python text of JSON values', () => {
  // Values of Python's str(json.loads(text)).
  it.each([
    ['5', '5'],
    ['5.0', '5.0'],
    ['1e16', '1e+16'],
    ['123456789012345.6', '123456789012345.6'],
    ['0.00001', '1e-05'],
    ['0.0001', '0.0001'],
    ['-0.0', '-0.0'],
    ['12345678901234567890', '12345678901234567890'],
    ['1.50', '1.5'],
    ['100.0e1', '1000.0'],
    ['true', 'True'],
    ['null', 'None'],
    ['"x"', 'x'],
  ])('%s is %s', (json, text) => {
    expect(pythonText(parseSpelled(json))).toBe(text);
  });
  it('zero, empty text and null are false', () => {
    expect(['0', '0.0', '""', 'null', 'false', '[]', '{}'].map((json) => truthy(parseSpelled(json)))).toEqual(
      new Array(7).fill(false),
    );
    expect(truthy(parseSpelled('0.1'))).toBe(true);
  });
});

describe('results of another harness', () => {
  const results = [
    record('a', { pred_answer: 'B', raw_output: 'A' }),
    record('b', { pred_answer: '', raw_output: 'B. because' }),
    record('c', { raw_output: 'Answer: B' }),
    record('d', { pred_answer: 0, raw_output: 'I do not know' }),
  ];
  it('score as released: an empty answer gives way to the raw output, "Answer: B" is A', () => {
    const score = scoreForeign('published', readForeign(JSON.stringify({ n_processed: 4, results })));
    expect(score.overall).toEqual({ accuracy: 0.5, n_total: 4, n_subtypes: 1 });
    expect(score.by_super_type.measurement).toEqual({ accuracy: 0.5, n_total: 4 });
    expect(score).toMatchObject({ protocol: 'published', records: 4, unknown: 0, unparsed: 1 });
  });
  it('score strictly: "Answer: B" is B', () => {
    const score = scoreForeign('strict', readForeign(results.map((r) => JSON.stringify(r)).join('\n')));
    expect(score.overall.accuracy).toBe(0.75);
    expect(score.refused).toBe(1);
  });
  it('free form: numbers keep the spelling of the file', () => {
    const free = readForeign(
      '[{"qid":"a","question_subtype":"organ HU ratio","question_type":"measurement","answer":0.80,"pred_answer":0.4}]',
    );
    expect(scoreForeign('deeptumorvqa', free, { format: 'free' }).by_subtype['organ HU ratio']).toMatchObject(
      {
        mean_mra: 0.5,
        n_scored: 1,
      },
    );
  });
  it('a file of ids and predictions is scored against one of our benchmarks', () => {
    const { questions, keys } = simulate({
      seed: 'own',
      questions: 42,
      patients: 9,
      readers: [],
      format: 'mc',
    });
    const lines = questions.map((q) => JSON.stringify({ qid: q.id, prediction: keys.get(q.id)?.letter }));
    lines.push(JSON.stringify({ qid: 'elsewhere', prediction: 'A' }));
    for (const protocol of ['published', 'strict']) {
      const score = scoreForeign(protocol, readForeign(lines.join('\n')), { benchmark: { questions, keys } });
      expect(score.overall).toEqual({ accuracy: 1, n_total: 42, n_subtypes: 42 });
      expect(score.unknown).toBe(1);
    }
  });
  it('what cannot be scored is an error that says what to do', () => {
    expect(() => readForeign('not json')).toThrow(/Line 1 is not JSON/);
    expect(() => readForeign('[{"prediction":"A"}]')).toThrow(/names no question/);
    expect(() => scoreForeign('published', readForeign('[{"qid":"a","prediction":"A"}]'))).toThrow(
      /name the benchmark/,
    );
    expect(() => scoreForeign('best', [])).toThrow(/no protocol or published benchmark "best/);
    expect(() => readForeign('[{"qid":"a","pred_answer":["A"]}]')).toThrow(/list or an object/);
  });
});
