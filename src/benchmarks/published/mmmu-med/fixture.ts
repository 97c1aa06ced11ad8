// Questions of our own in MMMU's columns: options as Python prints a list, pictures named among the words.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../../domain/random.ts';
import { type FixtureRow, parquetBytes } from '../../fixture-parquet.ts';
import { shadedPicture } from '../../fixture-picture.ts';
import type { Fixture } from '../../published.ts';

export const SUBJECTS = [
  'Basic_Medical_Science',
  'Clinical_Medicine',
  'Diagnostics_and_Laboratory_Medicine',
  'Pharmacy',
  'Public_Health',
] as const;

const listed = (texts: readonly string[]): string =>
  `[${texts.map((text) => (text.includes("'") ? `"${text}"` : `'${text}'`)).join(', ')}]`;

/** Writes at least `items` questions in all: validation ones of each subject, and a few for development and test. */
export async function writeFixture(folder: string, items: number, rng: Random): Promise<Fixture> {
  const each = Math.max(3, Math.ceil(items / SUBJECTS.length));
  for (const subject of SUBJECTS) {
    await mkdir(join(folder, subject), { recursive: true });
    await table('validation', subject, each);
    if (subject === 'Pharmacy') await table('dev', subject, 2);
    if (subject === 'Pharmacy') await table('test', subject, 2);
  }
  return { items: each * SUBJECTS.length + 4 };

  async function table(split: string, subject: string, count: number): Promise<void> {
    const rows: FixtureRow[] = [];
    for (let at = 0; at < count; at++) rows.push(await question(split, subject, at));
    const file = join(folder, subject, `${split}-00000-of-00001.parquet`);
    await writeFile(file, await parquetBytes(rows));
  }

  async function question(split: string, subject: string, at: number): Promise<FixtureRow> {
    const shade = rng.int(2) === 0 ? 'bright' : 'dark';
    const open = at % 3 === 2;
    const texts = rng.shuffle(['bright as day', "dark as night's end", 'striped', '<image 2>']);
    const right = texts.findIndex((text) => text.startsWith(shade));
    const answer = open
      ? String(shade === 'bright' ? 200 + rng.int(90) / 10 : 30 + rng.int(90) / 10)
      : 'ABCD'[right];
    const picture = async () => ({ bytes: await shadedPicture(shade, rng), path: `${subject}_${at}.png` });
    return {
      id: `${split}_${subject}_${at + 1}`,
      question: open
        ? `<image 1> What is the mean of the grey levels of ${at + 1}?`
        : `How is <image 1>, the picture of ${at + 1}?`,
      options: open ? '[]' : listed(texts),
      explanation: `It is ${shade}.`,
      image_1: await picture(),
      image_2: open && at > 2 ? null : await picture(),
      img_type: "['Pathology']",
      answer: split === 'test' ? '?' : open && at % 2 === 0 ? listed([answer, `about ${answer}`]) : answer,
      topic_difficulty: ['Easy', 'Medium', 'Hard'][at % 3],
      question_type: open ? 'open' : 'multiple-choice',
      subfield: 'Shades',
    };
  }
}
