// The tools that know and calculate, and those that ask an expert.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Retriever } from '../domain/expert.ts';
import type { Tool, ToolContext } from '../domain/tool.ts';
import { testFolder } from '../imaging/testing/folder.ts';
import { callTool } from './call.ts';
import { readCodeTable } from './codes.ts';
import { evaluate, inUnit } from './quantities/expression.ts';
import { testContext } from './testing.ts';
import { toolContract } from './tool.contract.ts';
import { allTools } from './toolkit.ts';

const folder = testFolder();
afterAll(folder.remove);

const named = (name: string): Tool => {
  const tool = allTools().find((each) => each.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool;
};

toolContract(named('calculate'), {
  good: { formula: 'bsa-mosteller', values: { height: '1.8 m', weight: 80 } },
  bad: [{}, { expression: '1 mm + 2 g' }, { formula: 'bsa-mosteller' }, { expression: 'process.exit()' }],
});
toolContract(named('look_up_code'), {
  good: { query: 'left kidney' },
  bad: [{}, { query: 7 }, { query: '' }],
});
toolContract(named('search_materials'), {
  good: { query: 'creatinine' },
  bad: [{ kind: 'secret' }, { limit: 0 }],
});
toolContract(named('classify_picture'), {
  good: { image: 1 },
  bad: [{ image: 0 }, { image: 9 }, { labels: [] }],
});
toolContract(named('ground_phrase'), {
  good: { phrase: 'square' },
  bad: [{}, { phrase: 'x', image: 'nope' }],
});
toolContract(named('segment_region'), {
  good: { phrase: 'square' },
  bad: [{}, { phrase: 'x', threshold: 0 }],
});
toolContract(named('search_passages'), { good: { query: 'cyst' }, bad: [{}, { query: 'x', limit: 99 }] });
toolContract(named('transcribe'), { good: {}, bad: [{ sound: 0 }, { sound: 2 }] });

async function call<T>(name: string, args: unknown, over: Partial<ToolContext> = {}): Promise<T> {
  const context = await testContext(over);
  const { result, error } = await callTool([named(name)], { name, arguments: args, step: 1 }, context);
  if (error !== undefined) throw new Error(error);
  return result as T;
}

describe('calculate', () => {
  const of = async (expression: string, to?: string) =>
    await call<{ value: number; unit: string }>('calculate', {
      expression,
      ...(to === undefined ? {} : { to }),
    });
  it.each([
    // Scales of scipy.constants: inch, pound, temperature; 133.322 Pa to mm Hg is UCUM's.
    ['72 [in_i]', 'cm', 182.88],
    ['150 [lb_av]', 'kg', 68.0388555],
    ['98.6 [degF]', 'Cel', 37],
    ['-40 °C', '°F', -40],
    ['120 mm[Hg]', 'kPa', 15.99864],
    ['10 mg/kg * 70 kg', 'g', 0.7],
    ['45 kBq/mL', 'MBq/L', 45],
    ['1 uCi', 'kBq', 37],
    ['90 mL/min/{1.73_m2}', 'mL/s', 1.5],
    ['2^3^2', '1', 512],
    ['-2^2', '1', -4],
    ['10 mm/2', 'mm', 5],
    ['7 mm-2 mm', 'mm', 5],
    ['7 s-1', 'Hz', 7],
    ['sqrt(9 cm2)', 'mm', 30],
    ['max(3 min, 100 s)', 's', 180],
    ['(2 cm)^3', 'mL', 8],
    ['2 cm³', 'mm3', 2000],
    ['pi / 6 * 2 cm * 20 mm * 0.02 m', 'cm3', (Math.PI / 6) * 8],
    ['50 % * 3 cm', 'mm', 15],
    ['-20 HU - 30 HU', 'HU', -50],
  ])('%s in %s', async (expression, to, expected) => {
    expect((await of(expression, to)).value).toBeCloseTo(expected, 5);
  });
  it.each([
    ['1 mm + 2 g', /mass cannot be added to a length/],
    ['3 mm * 2 g', /./, 'cm3'],
    ['2 cm^3', /cm3 for cubic centimetres/],
    ['5 parsec', /no unit that is known/],
    ['sqrt(2 mm)', /cannot be raised to 0.5/],
    ['ln(3 mm)', /number without unit, not a length/],
    ['1/0', /not a finite number/],
    ['(1 + 2', /not closed/],
    ['1 2', /cannot be read at "2"/],
    ['constructor', /no function here/],
    ['', /./],
    ['37 Cel/min', /stand alone/],
    ['37 Cel + 1 Cel', /calculate in K/],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, /nested too deeply/],
  ])('%s is refused with a reason', async (expression, reason, to?: string) => {
    await expect(of(expression, to)).rejects.toThrow(reason);
  });
  it('agrees with arithmetic on any sums and products of lengths', () => {
    const length = fc.integer({ min: 1, max: 9999 });
    fc.assert(
      fc.property(length, length, length, (a, b, c) => {
        const { value } = { value: inUnit(evaluate(`(${a} mm + ${b} cm) * ${c} / 4`), 'mm') };
        expect(value).toBeCloseTo(((a + 10 * b) * c) / 4, 4);
      }),
    );
  });

  const formula = (id: string, values: unknown, to?: string) =>
    call<Record<string, unknown>>('calculate', { formula: id, values, ...(to === undefined ? {} : { to }) });
  it.each([
    ['bsa-mosteller', { height: 180, weight: 80 }, 2],
    ['bsa-dubois', { height: '180 cm', weight: '80 kg' }, 1.9964211],
    ['body-mass-index', { height: '2 m', weight: 80 }, 20],
    ['egfr-ckd-epi-2021', { creatinine: 1, age: 50, sex: 'female' }, 68.633],
    ['egfr-ckd-epi-2021', { creatinine: '1.2 mg/dL', age: 60, sex: 'male' }, 69.231],
    ['creatinine-clearance', { creatinine: 1, age: 68, weight: 72, sex: 'male' }, 72],
    ['ellipsoid-volume', { a: 2, b: '20 mm', c: '2 cm' }, (4 / 3) * Math.PI],
    ['volume-doubling-time', { first: 100, second: 800, interval: 90 }, 30],
    ['volume-doubling-time', { first: 200, second: 100, interval: '90 d' }, -90],
    ['cardiothoracic-ratio', { heart: '15 cm', chest: 300 }, 0.5],
    ['stenosis-nascet', { narrowest: 1.5, distal: 5 }, 70],
    ['suv-body-weight', { concentration: '5 kBq/mL', dose: '350 MBq', weight: '70 kg' }, 1],
    ['suv-body-weight', { concentration: 5, dose: 350, weight: 70, delay: 110, half_life: 110 }, 2],
    ['decayed-activity', { activity: 400, time: '1 h', half_life: 30 }, 100],
    ['adrenal-washout', { unenhanced: 10, portal: 100, delayed: '46 HU' }, 60],
  ])('%s', async (id, values, expected) => {
    const result = await formula(id, values);
    expect(result.value).toBeCloseTo(expected, 2);
    expect(result.source).toMatch(/\d{4}|geometry/);
  });
  it('RECIST: a third less is partial response; 8 mm above the smallest sum is progression all the same', async () => {
    expect(await formula('recist-targets', { baseline: [30, 20], now: [20, '1.2 cm'] })).toMatchObject({
      value: -36,
      response: 'PR',
      sum_now_mm: 32,
    });
    expect(await formula('recist-targets', { baseline: [30, 20], now: [25, 15], nadir: 32 })).toMatchObject({
      value: -20,
      response: 'PD',
      change_from_nadir_percent: 25,
    });
    // 20 % of a small sum is not 5 mm.
    expect(await formula('recist-targets', { baseline: [30], now: [18], nadir: 14 })).toMatchObject({
      response: 'PR',
    });
    expect(await formula('recist-targets', { baseline: [30], now: [0] })).toMatchObject({ response: 'CR' });
  });
  it('takes no mass for a height, and says what a formula needs', async () => {
    await expect(formula('bsa-mosteller', { height: '80 kg', weight: 80 })).rejects.toThrow(/is a mass/);
    await expect(formula('bsa-mosteller', { height: 180 })).rejects.toThrow(/needs weight/);
    await expect(
      formula('egfr-ckd-epi-2021', { creatinine: '88 umol/L', age: 50, sex: 'male' }),
    ).rejects.toThrow(/molar concentration/);
    expect(await formula('ellipsoid-volume', { a: 2, b: 2, c: 2 }, 'mm3')).toMatchObject({ value: 4188.79 });
  });
});

describe('look_up_code', () => {
  const codes = async (args: unknown, over: Partial<ToolContext> = {}) =>
    (await call<{ codes: { system: string; code: string }[] }>('look_up_code', args, over)).codes;
  it('knows structures as DICOM segmentations code them, and findings both ways', async () => {
    expect((await codes({ query: 'left kidney', system: 'SCT' }))[0]).toMatchObject({ code: '18639004' });
    expect((await codes({ query: 'fatty liver' }))[0]).toMatchObject({ code: 'K76.0' });
    expect((await codes({ query: 'k76.0' }))[0]).toMatchObject({ name: expect.stringMatching(/fatty/) });
  });
  it('asks the user’s table first, and says when nothing is found', async () => {
    const path = join(folder.path, 'codes.csv');
    await writeFile(path, 'System,Code,Name,Also\nRadLex,RID0001,Left kidney,ren sinister|kidney left\n');
    const table = await readCodeTable(path);
    expect((await codes({ query: 'ren sinister' }, { codes: table }))[0]).toMatchObject({ system: 'RadLex' });
    expect(await call('look_up_code', { query: 'unicorn horn' })).toMatchObject({ codes: [], note: /SCT/ });
  });
  it('refuses a table without the columns, and one that is not there', async () => {
    const path = join(folder.path, 'bad.csv');
    await writeFile(path, 'code,name\n1,x\n');
    await expect(readCodeTable(path)).rejects.toMatchObject({ code: 'file-corrupt' });
    await expect(readCodeTable(join(folder.path, 'none.csv'))).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});

describe('search_materials', () => {
  it('finds the record that the words are in, and nothing where the words are not', async () => {
    expect(await call('search_materials', { query: 'kidney cyst' })).toMatchObject({
      found: 1,
      materials: [{ id: 'm2', visits_before: 1 }],
    });
    expect(await call('search_materials', { query: 'zebra' })).toMatchObject({
      found: 0,
      of: 2,
      materials: [],
    });
    expect(await call('search_materials', { visits_before: 0 })).toMatchObject({ materials: [{ id: 'm1' }] });
  });
});

describe('tools that ask an expert', () => {
  it('draw what they found on the picture', async () => {
    expect(await call('ground_phrase', { phrase: 'square' })).toMatchObject({
      boxes: [{ box: [4, 6, 12, 14], score: 0.9 }],
    });
    expect(await call('segment_region', { phrase: 'square' })).toMatchObject({
      found: true,
      pixels: 64,
      box: [4, 6, 12, 14],
      centre: [8, 10],
      pieces: 1,
    });
  });
  it('say when the run has no such expert', async () => {
    await expect(call('classify_picture', {}, { experts: {} })).rejects.toThrow(
      /no expert that can classify/,
    );
  });
  it('find nothing of the patient who is asked about, even where the retriever forgets', async () => {
    const asked: unknown[] = [];
    const retrieve: Retriever = {
      id: 'leaky',
      hash: 'e'.repeat(64),
      retrieve: async (query) => {
        asked.push(query.notOf);
        return ['patient-1', 'patient-2'].map((patientId) => ({
          passage: { id: patientId, text: 'the answer', source: 'a report', patientId },
          score: 1,
        }));
      },
    };
    const { passages } = await call<{ passages: { id: string }[] }>(
      'search_passages',
      { query: 'answer' },
      { experts: { retrieve } },
    );
    expect(asked).toEqual(['patient-1']);
    expect(passages.map(({ id }) => id)).toEqual(['patient-2']);
  });
  it('trust no answer that cannot be: a box outside the picture is left out, a wrong mask refused', async () => {
    const about = { id: 'odd', hash: 'd'.repeat(64) };
    const experts = {
      ground: { ...about, ground: async () => [{ box: [90, 90, 99, 99] as const, score: 0.5 }] },
      segment: {
        ...about,
        segmentRegion: async () => ({ width: 2, height: 2, probability: new Float32Array(4) }),
      },
      classify: { ...about, classify: async () => [{ label: 'x', probability: 7 }] },
    };
    expect(await call('ground_phrase', { phrase: 'x' }, { experts })).toMatchObject({ boxes: [] });
    await expect(call('segment_region', { phrase: 'x' }, { experts })).rejects.toThrow(/not of the picture/);
    await expect(call('classify_picture', {}, { experts })).rejects.toThrow(/not between 0 and 1/);
  });
});
