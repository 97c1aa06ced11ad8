import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Protocol } from '../../../domain/report.ts';
import { openData } from '../../../records/data-root.ts';
import { memoryData } from '../../../records/testing/memory-source.ts';
import { publishedContract } from '../../published.contract.ts';
import type { PublishedBenchmark } from '../../published.ts';
import { scoreReplies } from '../../published-score.ts';
import { recordOptions } from '../../published-source.ts';
import vipet from './index.ts';
import { splitOf } from './release.ts';

publishedContract(vipet, {
  items: 3,
  secrets: ({ reference }) =>
    reference.kind === 'text' ? [reference.text] : reference.lesions.map(({ location }) => location),
});

describe('ViMed-PET’s split by month', () => {
  it.each([
    [2018, 9, 'train'],
    [2018, 10, 'validation'],
    [2018, 11, 'test'],
    [2023, 12, 'test'],
    [2017, 10, 'train'],
    [2019, 11, 'validation'],
    [2019, 12, 'test'],
  ])('month %i/%i is %s', (year, month, split) => {
    expect(splitOf({ year, pet_path: `PETCT${year}/THANG ${month}/PET/day_1_patient_1.npz` })).toBe(split);
  });
});

describe('outputs of the released evaluator', () => {
  const keys = (shape: string, place: string) => ({
    'Hình dạng của khối u, tổn thương, bất thường': shape,
    'Vị trí của khối u, tổn thương, bất thường': place,
    'Mức độ FDG': { SUVmax: 3, 'Tăng chuyển hoá FDG': 'Có tăng' },
  });
  const list = (rows: readonly unknown[]) => Buffer.from(JSON.stringify(rows));
  const files = {
    'reports.json': list([{ patient_id: 'a', generated: 'Hai phổi sáng', ground_truth: 'Hai phổi mờ' }]),
    'answers.json': list([
      { patient_id: 'a', question: 'Ở đâu?', generated: 'Phổi', ground_truth: 'Gan' },
      { patient_id: 'a', question: 'Mấy?', generated: 'Một', ground_truth: 'Hai' },
    ]),
    'lesions.json': list([
      {
        patient_id: 'a',
        extracted_generated: [keys('Hạch', 'hố nách phải')],
        extracted_ground_truth: [keys('Khối đặc biệt', 'rốn phổi trái')],
      },
    ]),
    'scores.json': Buffer.from('{"bleu4": 1}'),
  };
  const read = async (mode: string, more: Record<string, Uint8Array> = {}) => {
    const found = [];
    for await (const one of vipet.outputs?.(memoryData({ ...files, ...more }), { mode, seed: '1' }) ?? [])
      found.push(one);
    return found;
  };
  const f1 = async (more: Record<string, Uint8Array>) => {
    const [{ record, reply }] = await read('lesions', more);
    const { item } = await vipet.measure(record, reply, { protocol: 'published', mode: 'lesions' });
    return vipet.metrics('published', 'lesions')[0].of([item]);
  };

  it('are told apart by their fields, wherever they lie', async () => {
    expect((await read('report')).map(({ record, reply }) => [record.item.id, reply.text])).toEqual([
      ['a', 'Hai phổi sáng'],
    ]);
    expect((await read('vqa')).map(({ record }) => record.item.id)).toEqual(['a-q1', 'a-q2']);
    expect((await read('lesions')).map(({ record }) => record.reference)).toMatchObject([
      { lesions: [{ shape: 'Khối đặc biệt', location: 'rốn phổi trái', uptake: 'Có tăng' }] },
    ]);
  });
  it('are sorted by the evaluator’s own dictionary where it lies beside them', async () => {
    expect(await f1({})).toBe(0);
    const dictionary = `hinh_dang_ton_thuong = {"x": ['hạch', 'khối']}
vi_tri_ton_thuong = {}
tang_chuyen_hoa = {}`;
    expect(await f1({ 'eval/categories_ver1.py': Buffer.from(dictionary) })).toBe(1);
  });
});

const golden = fileURLToPath(new URL('../../../../../shared/data/vipet-golden', import.meta.url));

describe.skipIf(!existsSync(golden))('the authors’ outputs', () => {
  const plugin = vipet as unknown as PublishedBenchmark;
  const score = async (mode: string, protocol: Protocol, digits = 3) => {
    const data = await openData(golden);
    const options = recordOptions(plugin, { mode });
    const replies = vipet.outputs?.(data, options);
    if (replies === undefined) throw new Error('no outputs');
    const report = await scoreReplies({
      ...{ plugin, options, protocol, replies, contentHash: '', reader: 'authors', seed: '1', resamples: 20 },
    });
    const [{ overall }] = report.readers;
    return {
      ...report,
      percent: Object.fromEntries(
        overall.map(({ metric, score }) => [metric, ((score ?? 0) * 100).toFixed(digits)]),
      ),
    };
  };

  // Published with the outputs to two decimals; the third was computed apart from this program.
  it('reports score as the authors found', async () => {
    const { percent, benchmark } = await score('report', 'published');
    expect(benchmark.items).toBe(202);
    expect(percent).toEqual({
      'bleu-4-method-4': '10.164',
      'rouge-1-ascii': '57.410',
      'rouge-l-ascii': '37.137',
      'rouge-1-unicode-whitespace': '37.811',
      'rouge-l-unicode-whitespace': '25.939',
      'brevity-penalty': '32.418',
    });
  });
  it('answers score as the authors found', async () => {
    const { percent, benchmark } = await score('vqa', 'published');
    expect(benchmark.items).toBe(357);
    expect(percent).toEqual({
      'bleu-4-method-4': '10.541',
      'rouge-1-ascii': '52.025',
      'rouge-l-ascii': '35.620',
      'rouge-1-unicode-whitespace': '31.244',
      'rouge-l-unicode-whitespace': '24.874',
      'brevity-penalty': '100.000',
    });
  });
  it('lesions score as the authors found, and lower once unknown types agree with nothing', async () => {
    const { percent } = await score('lesions', 'published', 2);
    expect(percent).toEqual({
      ...{ 'f1-t': '31.82', 'f1-tp': '10.34', 'f1-tf': '20.89', 'f1-tpf': '6.01' },
      ...{ 'precision-t': '34.51', 'recall-t': '29.52' },
    });
    const strict = await score('lesions', 'strict');
    expect(Number(strict.percent['f1-t'])).toBeLessThan(31.82);
  });
});
