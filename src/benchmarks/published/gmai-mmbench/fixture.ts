// Questions of our own in GMAI-MMBench's tables: quoted line breaks, a repeated picture, several right options.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../../domain/random.ts';
import { shadedPicture } from '../../fixture-picture.ts';
import type { Fixture } from '../../published.ts';

export const LETTERS = ['A', 'B', 'C', 'D', 'E'] as const;
export const VAL = 'GMAI-MMBench_VAL.tsv';

const quoted = (text: string): string => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Writes `items` validation questions, and four test questions without answers. */
export async function writeFixture(folder: string, items: number, rng: Random): Promise<Fixture> {
  await mkdir(folder, { recursive: true });
  const header = ['index', 'image', 'question', ...LETTERS, 'answer', 'category', 'clinical VQA task'];
  header.push('department', 'perceptual granularity', 'modality');
  const table = (rows: readonly (readonly string[])[]) =>
    [header, ...rows].map((cells) => `${cells.map(quoted).join('\t')}\n`).join('');
  const shown: string[][] = [];
  for (let at = 0; at < items + 4; at++) {
    const shade = rng.int(2) === 0 ? 'bright' : 'dark';
    const other = shade === 'bright' ? 'Dark' : 'Bright';
    const right = shade === 'bright' ? 'Bright' : 'Dark';
    const two = at % 8 === 7;
    const texts = rng.shuffle([
      right,
      other,
      ...(two ? ['Grey'] : ['Coloured', 'Striped'].slice(0, 1 + (at % 2))),
    ]);
    const key = texts.flatMap((text, n) => (text === right || (two && text === 'Grey') ? [LETTERS[n]] : []));
    const picture = Buffer.from(await shadedPicture(shade, rng)).toString('base64');
    // Every ninth question is on the picture of the row before it.
    const repeated = at % 9 === 5 && at < items && shown.at(-1)?.[8] === right;
    shown.push([
      String(at),
      repeated ? String(at - 1) : picture,
      `How does the picture look?\nSay it "${at % 2 === 0 ? 'in short' : 'at once'}".`,
      ...LETTERS.map((_, n) => texts[n] ?? ''),
      at < items ? key.join('') : '',
      right,
      ['Disease Diagnosis', 'Organ Recognition', 'Severity Grading'][at % 3],
      ['Pulmonary Medicine', 'Ophthalmology'][at % 2],
      ['Image Level', 'Box Level', 'Mask Level', 'Contour Level'][at % 4],
      ['X-ray', 'Fundus'][at % 2],
    ]);
  }
  await writeFile(join(folder, VAL), table(shown.slice(0, items)));
  await writeFile(join(folder, 'GMAI_mm_bench_TEST_part_1.tsv'), table(shown.slice(items)));
  return { items: items + 4 };
}
