import { describe, expect, it } from 'vitest';
import { random } from '../../../domain/random.ts';
import { shownPicture } from '../../../imaging/shown-picture.ts';
import { memoryData } from '../../../records/testing/memory-source.ts';
import { parquetBytes } from '../../fixture-parquet.ts';
import { publishedContract } from '../../published.contract.ts';
import { fixtureRows } from './fixture.ts';
import kormed from './index.ts';
import { publishedLetter, strictLetter } from './parse.ts';

publishedContract(kormed);

describe('KorMedMCQA-V replies', () => {
  const fence = (text: string) => `\`\`\`json\n${text}\n\`\`\``;
  it.each([
    ['fenced', fence('{"정답": "C"}'), 'C', 'C'],
    ['bare', '{"정답": "C"}', 'C', 'C'],
    ['the key in English', '{"answer": "c"}', 'C', 'C'],
    ['the prompt’s example first', '{"정답": "A"} 이므로 {"정답": "C"}', 'C', 'C'],
    ['single quotes', "{'정답': 'C'}", 'C', 'C'],
    ['boxed', '따라서 $\\boxed{C}$', 'C', 'C'],
    ['reasoning with a wrong object', '<think>{"정답": "A"}</think>{"정답": "C"}', 'C', 'C'],
    [
      'reasoning with a fenced wrong object',
      `<think>${fence('{"정답": "A"}')}</think>{"정답": "C"}`,
      'A',
      'C',
    ],
    ['Kimi’s reasoning', `◁think▷${fence('{"정답": "A"}')}◁/think▷{"정답": "C"}`, 'C', 'C'],
    ['no object and no box', '정답은 C입니다', '', ''],
    ['a sentence as the value', '{"answer": "The answer is C"}', 'E', ''],
    ['a stroke before the letter', '{"정답": "| C"}', '', ''],
    ['a number', '{"정답": 3}', '', ''],
    ['a letter that is no option', '{"정답": "F"}', '', ''],
    ['null, then the box', '{"정답": null} \\boxed{B}', 'B', ''],
    ['nothing', '', '', ''],
  ])('%s: %s', (_, reply, published, strict) => {
    const letter = (found: ReturnType<typeof strictLetter>) => (found.ok ? found.value : '');
    expect([letter(publishedLetter(reply)), letter(strictLetter(reply))]).toEqual([published, strict]);
  });

  it('are asked alike from JSON lines and from Parquet, pictures of every kind as they are', async () => {
    const rows = await fixtureRows(8, random('1'));
    const listed = rows.map((row) => ({
      ...row,
      images: typeof row.images === 'string' ? JSON.parse(row.images) : row.images,
    }));
    const read = async (files: Record<string, Uint8Array>) => {
      const found: unknown[] = [];
      for await (const { item, reference } of kormed.records(memoryData(files), {
        mode: 'choice',
        seed: '0',
      })) {
        const pictures: string[] = [];
        for (const part of item.prompt)
          if (part.type === 'image')
            pictures.push((await shownPicture(await part.image.load(), part.image.name)).mediaType);
        found.push([item.id, item.text, item.options, item.facets, pictures, reference]);
      }
      return found;
    };
    const lines = new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n'));
    const asked = await read({ 'doctor/test_full.jsonl': lines });
    expect(asked).toHaveLength(8);
    expect(await read({ 'doctor/test_full-0.parquet': await parquetBytes(listed as never) })).toEqual(asked);
    // The small split is read only where the whole one is not.
    expect(await read({ 'doctor/test.jsonl': lines.slice(0, 10), 'doctor/test_full.jsonl': lines })).toEqual(
      asked,
    );
  });

  it('guessing is worth a fifth', () => {
    const [accuracy] = kormed.metrics('strict', 'choice');
    expect(accuracy.chance?.of([{ right: 1, guess: 1 / 5, facets: {} }])).toBeCloseTo(0.2, 12);
  });
});
