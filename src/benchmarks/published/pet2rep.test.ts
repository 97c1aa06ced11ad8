import { describe, expect, it } from 'vitest';
import { memoryData } from '../../records/testing/memory-source.ts';
import { uptakeIn, uptakeItem, uptakeScore } from '../../scoring/clinical/uptake.ts';
import { publishedContract } from '../published.contract.ts';
import pet2rep, { templateIn } from './pet2rep.ts';

publishedContract(pet2rep, { items: 6, secrets: ({ reference }) => [reference.report] });

const normal = '右肺见结节，FDG摄取未见异常。肝脏形态正常，FDG摄取未见异常。';
const hot = '右肺见结节，FDG摄取增高。肝脏形态正常，FDG摄取未见异常。';

describe('PET2Rep', () => {
  it('takes the template out of the prompt, without the instruction and the brackets', () => {
    expect(templateIn('请调整[]和【】中结论。\n模板：\n脑[正常]，FDG【摄取正常】。\n肝[大]。')).toBe(
      '脑正常，FDG摄取正常。\n肝大。',
    );
    expect(templateIn('写报告。')).toBe('');
  });
  it('one organ’s changed state lowers uptake and leaves most of the words', async () => {
    const measure = async (text: string) =>
      (
        await pet2rep.measure(
          { item: {} as never, reference: { report: hot } },
          { text, status: 'answered' },
          { protocol: 'strict', mode: 'fused' },
        )
      ).item;
    const metrics = pet2rep.metrics('strict', 'fused');
    const value = async (id: string, text: string) =>
      metrics.find((metric) => metric.id === id)?.of([await measure(text)]);
    expect(await value('uptake-f1', hot)).toBe(1);
    expect(await value('uptake-f1', normal)).toBe(0);
    expect(await value('rouge-l-han', normal)).toBeGreaterThan(0.8);
  });
  it('the overall score is the mean of six, as the paper’s .315 .148 .511 .228 .222 .225 give 27.5', async () => {
    expect(((0.315 + 0.148 + 0.511 + 0.228 + 0.222 + 0.225) / 6).toFixed(3)).toBe('0.275');
    const { item } = await pet2rep.measure(
      { item: {} as never, reference: { report: hot } },
      { text: hot, status: 'answered' },
      { protocol: 'published', mode: 'fused' },
    );
    const values = pet2rep.metrics('published', 'fused').map(({ id, of }) => [id, of([item])] as const);
    const six = values.filter(([id]) => id !== 'overall').map(([, value]) => value ?? Number.NaN);
    expect(six).toHaveLength(6);
    expect(values.at(-1)?.[1]).toBeCloseTo(six.reduce((sum, value) => sum + value, 0) / 6, 12);
  });
  it('reads the lines that the released program writes', async () => {
    const line = JSON.stringify({ subject_id: 'a', llm_output: hot, ground_truth: normal });
    const data = memoryData({ 'run.jsonl': Buffer.from(`${line}\n`) });
    const found: unknown[] = [];
    for await (const one of pet2rep.outputs?.(data, { mode: 'fused', seed: '1' }) ?? []) found.push(one);
    expect(found).toMatchObject([{ reply: { text: hot }, record: { reference: { report: normal } } }]);
  });
});

describe('uptake in Chinese reports', () => {
  it.each([
    ['脾脏大小正常，FDG摄取未见异常增高。', 'spleen', 'normal'],
    ['部分胃底壁稍增厚，FDG代谢增高。', 'stomach', 'increased'],
    ['肝左叶见结节，密度增高，FDG摄取较本底减低。', 'liver', 'decreased'],
    ['左肾体积缩小，FDG摄取缺失。', 'kidneys', 'absent'],
    ['双侧肾上腺FDG代谢增高。', 'kidneys', 'normal'],
    ['甲状腺[密度均匀]，FDG【摄取增高】。', 'thyroid', 'increased'],
    ['肠道FDG呈生理性摄取。', 'bowel', 'normal'],
    ['未见异常。影像诊断：右肺FDG代谢增高。', 'lungs', 'normal'],
    ['右肺见肿块，FDG代谢增高。FDG代谢未见异常。', 'lungs', 'increased'],
  ] as const)('"%s": %s %s', (report, organ, state) => {
    expect(uptakeIn(report)[organ]).toBe(state);
  });
  it('a reader that says nothing has said no state of any organ', () => {
    expect(uptakeScore([uptakeItem(undefined, hot)])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(uptakeScore([uptakeItem(normal, normal)])).toBeNull();
  });
});
