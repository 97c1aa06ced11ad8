// Cases of our own in MMRareBench's four tables: made-up diseases whose names no prompt holds.
import type { Random } from '../../../domain/random.ts';
import { shadedPicture } from '../../fixture-picture.ts';
import { TRACKS, type Track } from './scores.ts';

const BRIGHT = ['Lumoria', 'Clarensis', 'Albidosis', 'Fulgema', 'Nitidosis'];
const DARK = ['Tenebria', 'Umbrosis', 'Nigrella', 'Fuscema', 'Obscuroma'];

/** A name that no two cases are likely to share a word of. */
const madeUp = (rng: Random): string =>
  Array.from({ length: 4 }, () => rng.pick([...'bdfgklmnprstvz']) + rng.pick([...'aeiou'])).join('');

const cell = (text: string): string => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The text of each track's table, with `items` rows each. */
export async function fixtureTables(items: number, rng: Random): Promise<Readonly<Record<Track, string>>> {
  const tables: [Track, string][] = [];
  for (const track of TRACKS) {
    const rows: Readonly<Record<string, string>>[] = [];
    for (let at = 0; at < items; at++) {
      const shade = rng.int(2) === 0 ? 'bright' : 'dark';
      const count = 1 + (at % 3);
      const pictures: string[] = [];
      for (let n = 0; n < count; n++)
        pictures.push(Buffer.from(await shadedPicture(shade, rng)).toString('base64'));
      const paths = pictures.map((_, n) => `images/PMC${1000 + Math.floor(at / 2)}/fig${n + 1}.jpg`);
      const disease = `${rng.pick(shade === 'bright' ? BRIGHT : DARK)} ${madeUp(rng)}`;
      rows.push({
        index: String(at),
        image: JSON.stringify(pictures),
        image_path: JSON.stringify(paths),
        question: `What follows from case ${at}?\nThe pictures are synthetic.`,
        context: at % 4 === 3 ? '' : `A patient of ${20 + at} years.`,
        figure_mapping: JSON.stringify(Object.fromEntries(paths.map((path, n) => [`Figure ${n + 1}`, path]))),
        answer: disease,
        ...OWN[track](disease, at),
      });
    }
    const names = Object.keys(rows[0] ?? {});
    const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
    tables.push([track, lines.map((line) => `${line.map(cell).join('\t')}\n`).join('')]);
  }
  return Object.fromEntries(tables) as Record<Track, string>;
}

const OWN: Readonly<Record<Track, (disease: string, at: number) => Readonly<Record<string, string>>>> = {
  diagnosis: (disease, at) => ({
    // A list as JSON, or split by semicolons.
    answer_aliases:
      at % 2 === 0 ? JSON.stringify([`${disease} of the case`, 'LS']) : `${disease} of the case; LS`,
  }),
  treatment: (disease) => ({
    rubric_must_include: JSON.stringify([`drug for ${disease}`, '5 mg daily']),
    rubric_must_not: JSON.stringify([`harm in ${disease}`]),
  }),
  crossmodal: (disease, at) => ({
    golden_mainline: JSON.stringify([{ claim: `picture shows ${disease}` }, { claim: 'blood test agrees' }]),
    relation_type: ['confirm', 'complement', 'contrast'][at % 3],
  }),
  examination: (disease) => ({
    key_test_names: JSON.stringify([`test for ${disease}`, 'MRI of the head']),
    must_not: JSON.stringify(['biopsy of everything']),
    red_flags_to_rule_out: JSON.stringify([`bleeding in ${disease}`]),
  }),
};
