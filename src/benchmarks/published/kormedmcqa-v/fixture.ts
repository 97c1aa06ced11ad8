// Questions of our own in KorMedMCQA-V's columns, with pictures of every kind that the release may hold.
import type { Random } from '../../../domain/random.ts';
import { shadedPicture } from '../../fixture-picture.ts';

const KINDS = ['png', 'jpeg', 'gif', 'webp'] as const;
const SHADES = ['검은색', '어두운 회색', '중간 회색', '밝은 회색', '흰색'];

/** Rows whose pictures are bright or dark, base64 raw or as a data URL, as a list or as JSON text. */
export async function fixtureRows(items: number, rng: Random): Promise<Record<string, unknown>[]> {
  const { default: sharp } = await import('sharp');
  const rows: Record<string, unknown>[] = [];
  for (let at = 0; at < items; at++) {
    const shade = rng.int(2) === 0 ? 'bright' : 'dark';
    const count = at % 3 === 0 ? 2 : 1;
    const images: unknown[] = [];
    for (let n = 0; n < count; n++) {
      const kind = KINDS[(at + n) % KINDS.length];
      const bytes = await sharp(await shadedPicture(shade, rng))
        .toFormat(kind)
        .toBuffer();
      const encoded = bytes.toString('base64');
      images.push({
        pic_num: count === 1 ? '1' : `1-${n + 1}`,
        modality: ['xray', 'ct', 'ecg'][at % 3],
        image_base64: at % 4 === 1 ? `data:image/${kind};base64,${encoded}` : encoded,
      });
    }
    const options = rng.shuffle(SHADES);
    rows.push({
      subject: 'doctor',
      year: 2012 + (at % 12),
      period: 1 + (at % 4),
      q_number: at + 1,
      question: `사진의 밝기로 가장 알맞은 것은? (${at + 1})`,
      ...Object.fromEntries(options.map((text, place) => ['ABCDE'[place], text])),
      answer: options.indexOf(shade === 'bright' ? SHADES[3] : SHADES[1]) + 1,
      images: at % 5 === 4 ? JSON.stringify(images) : images,
    });
  }
  return rows;
}
