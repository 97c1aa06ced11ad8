import { describe, expect, it } from 'vitest';
import type { ItemPicture } from './published.ts';
import { measureVqa, type VqaRow, vqaMetrics, vqaRecord } from './vqa.ts';
import { polarityOf, readPolarity } from './vqa-polarity.ts';
import { releasedScores, releasedWords, statedWords, strictScores } from './vqa-words.ts';

const picture: ItemPicture = { name: 'a.png', load: async () => new Uint8Array() };
const row = (over: Partial<VqaRow> = {}): VqaRow => ({
  id: 'q',
  split: 'test',
  cluster: 'a',
  picture,
  question: 'Is there a fracture?',
  answer: 'No',
  closed: true,
  language: 'en',
  facets: {},
  ...over,
});

function right(over: Partial<VqaRow>, text: string, protocol: 'published' | 'strict', mode = 'open') {
  const record = vqaRecord(row(over), mode);
  if (record === undefined) throw new Error('the mode does not ask it');
  return measureVqa(record, { text, status: 'answered' }, { protocol, mode });
}

// Values of the released functions, run once on these texts.
describe('the words of the released harness', () => {
  it.each([
    ['The left-sided lung.', 'left sided lung'],
    ['two, or three', '2 or 3'],
    ['1,000 mm', '1000 mm'],
    ['T2-weighted (axial)', 't2 weighted axial'],
    ['no. yes! x-ray - a 3.5 cm', 'no yes xray 3.5 cm'],
    ['none of the above', '0 of above'],
  ])('%j becomes %j', (text, words) => {
    expect(releasedWords(text.toLowerCase())).toBe(words.toLowerCase());
  });
  it('counts a repeated right word each time it is said', () => {
    expect(releasedScores('lung lung heart', 'lung')).toEqual({ exact: 1 / 3, f1: 0.8, recall: 1 });
    expect(releasedScores('', 'lung')).toEqual({ exact: 0, f1: 0, recall: 0 });
    expect(releasedScores('the right lung', 'right upper lung')).toEqual({
      exact: 1,
      f1: 0.8,
      recall: 2 / 3,
    });
  });
});

describe('closed questions', () => {
  it('as released: "no" is found in "nodule", and a wrong word leaves the denominator', () => {
    expect(right({}, 'A nodule is seen.', 'published').item.right).toBe(1);
    expect(right({}, 'Yes.', 'published').item.right).toBe(null);
    expect(right({}, 'Perhaps', 'published').item.right).toBe(0);
  });
  it('strict: the statement counts, and every item is in the denominator', () => {
    expect(right({}, 'A nodule is seen.', 'strict')).toMatchObject({
      outcome: 'unparsed',
      item: { right: 0 },
    });
    expect(right({}, 'Yes.', 'strict').item.right).toBe(0);
    expect(right({}, 'No, there is none.', 'strict').item.right).toBe(1);
    expect(right({}, '<think>yes?</think>Final answer: no', 'strict').item.right).toBe(1);
  });
  it('closed answers other than yes and no are matched as words', () => {
    const over = { question: 'Is it CT or MRI?', answer: 'MRI' };
    expect(right(over, 'It is an MRI.', 'strict').item.right).toBe(1);
    expect(right(over, 'CT', 'strict').item.right).toBe(0);
    expect(right(over, 'mri', 'published').item.right).toBe(0);
  });
  it('the choice mode asks yes/no questions by letter', () => {
    expect(vqaRecord(row({ answer: 'MRI' }), 'choice')).toBeUndefined();
    expect(right({}, 'B', 'strict', 'choice').item.right).toBe(1);
    expect(right({}, 'The answer is (A) since B is wrong', 'published', 'choice').item.right).toBe(0);
    expect(right({}, 'no', 'published', 'choice').item.right).toBe(1);
    expect(right({}, 'neither', 'published', 'choice')).toMatchObject({ outcome: 'unparsed' });
  });
  it('the picture stays out of the mode without pictures', () => {
    expect(vqaRecord(row(), 'no-image')?.item.prompt.map(({ type }) => type)).toEqual(['text']);
    expect(vqaRecord(row(), 'open')?.item.prompt.map(({ type }) => type)).toEqual(['image', 'text']);
  });
  it('a failed read is wrong, and no words were said', () => {
    const record = vqaRecord(row({ closed: false, answer: 'liver' }), 'open');
    if (record === undefined) throw new Error('not asked');
    for (const protocol of ['published', 'strict'] as const) {
      const { outcome, item } = measureVqa(
        record,
        { text: '', status: 'failed' },
        { protocol, mode: 'open' },
      );
      expect(outcome).toBe('failed');
      expect(vqaMetrics(protocol, 'open').map((metric) => metric.of([item]))).toContain(0);
    }
  });
});

describe('Chinese', () => {
  it.each([
    ['是的,图中包含肺。', '图中包含肺吗?', 'yes'],
    ['不包含', '图中包含肺吗?', 'no'],
    ['图中没有肿块', '图中有肿块吗?', 'no'],
    ['图中有肿块', '图中有肿块吗?', 'yes'],
    ['答案:否', '这是肺吗?', 'no'],
    ['No', '这是肺吗?', 'no'],
  ])('%s after %s says %s', (reply, question, polarity) => {
    expect(readPolarity(reply, question)).toEqual({ ok: true, value: polarity });
  });
  it('a statement that is neither is unread', () => {
    expect(readPolarity('肺部', '图中包含肺吗?').ok).toBe(false);
    expect(readPolarity('不正常', '肺看起来如何?').ok).toBe(false);
  });
  it('knows the answers of the release and takes others for words', () => {
    expect(['不是', '没有', '不可以', '不包括', '否', 'No'].map(polarityOf)).toEqual(Array(6).fill('no'));
    expect(['是的', '包含', '存在', '可以', 'Yes.'].map(polarityOf)).toEqual(Array(5).fill('yes'));
    expect(['肺', '不正常', 'liver', ''].map(polarityOf)).toEqual(Array(4).fill(undefined));
  });
  it('any verb of its own counts for yes, character words for open answers', () => {
    const over = { language: 'zh', question: '图中包含肺吗?', answer: '包含' } as const;
    expect(right(over, '是的', 'strict').item.right).toBe(1);
    expect(right(over, '是的', 'published').item.right).toBe(null);
    expect(strictScores('右肺', '右上肺')).toEqual({ exact: 0, f1: 0.8, recall: 2 / 3 });
  });
});

describe('open answers, strict', () => {
  it('lead-ins, articles, case and full stops do not matter', () => {
    expect(statedWords('The answer is the Left Lung.')).toBe('left lung');
    expect(statedWords('It shows a mass')).toBe('mass');
    expect(strictScores('It is the right lung', 'Right lung').exact).toBe(1);
  });
  it('a longer reply is not an exact match and loses precision', () => {
    expect(strictScores('right lung and heart', 'right lung')).toEqual({ exact: 0, f1: 2 / 3, recall: 1 });
  });
});
