// Pictures of our own in μ-Bench's columns: questions and captions for each of its six classes.
import type { Random } from '../../../domain/random.ts';
import type { FixtureRow } from '../../fixture-parquet.ts';
import { shadedPicture } from '../../fixture-picture.ts';

const CLASSES = {
  domain: ['biology', 'pathology'],
  subdomain: ['cell biology', 'histopathology', 'neurobiology'],
  modality: ['light microscopy', 'fluorescence microscopy', 'electron microscopy'],
  submodality: ['brightfield', 'confocal', 'scanning electron'],
  stain: ['hematoxylin and eosin', 'H2B-mCherry', 'osmium'],
} as const;
const SETS = ['kather_et_al_2016', 'wu_et_al_2023', null, 'eulenberg_et_al_2017_darkfield'] as const;
const NONE = 'none of the above';

const asked = (question: string, options: readonly string[], answer: string, id: string) => {
  const all = [...options, NONE];
  return { id, name: question, question, options: all, answer, answer_idx: all.indexOf(answer) };
};

/** About a fifth as many rows as items: each is asked five coarse questions. One row in seven has no stain. */
export async function fixtureRows(items: number, rng: Random): Promise<FixtureRow[]> {
  const rows: FixtureRow[] = [];
  for (let at = 0; at < Math.max(8, Math.ceil(items / 5) + 2); at++) {
    const shade = rng.int(2) === 0 ? 'bright' : 'dark';
    const dataset = SETS[at % SETS.length];
    const stain = dataset === null ? 'H2B-mCherry' : at % 7 === 5 ? null : rng.pick(CLASSES.stain);
    const truth = {
      ...{ domain: rng.pick(CLASSES.domain), subdomain: rng.pick(CLASSES.subdomain) },
      ...{ modality: rng.pick(CLASSES.modality), submodality: rng.pick(CLASSES.submodality) },
      stain,
    };
    const of = (prefix: string, say: (text: string) => string) =>
      Object.fromEntries([
        ...Object.entries(CLASSES).map(([name, options]) => {
          const answer = truth[name as keyof typeof truth];
          return [
            name,
            answer === null
              ? null
              : asked(`${prefix} ${name}?`, rng.shuffle(options).map(say), say(answer), `q-${at}-${name}`),
          ];
        }),
        [
          'classification',
          asked(
            `${prefix} brightness?`,
            rng.shuffle(['bright', 'dark', 'striped']).map(say),
            say(shade),
            `q-${at}-classification`,
          ),
        ],
      ]);
    rows.push({
      image_id: `picture-${String(at).padStart(4, '0')}`,
      image: { bytes: await shadedPicture(shade, rng), path: null },
      label: shade === 'bright' ? 1 : 0,
      label_name: shade,
      dataset,
      ...truth,
      license: at % 2 === 0 ? 'CC-BY-4.0' : 'CC0-1.0',
      split: 'test',
      synthetic: true,
      questions: of('What is the', (text) => text),
      captions: of('Which is the', (text) => `a microscopy picture, ${text}`),
    });
  }
  // A column is not to be empty in a file, whose kind would then be unknown: the path of the first picture is given.
  return rows.map((row, at) =>
    at === 0 || at === Math.ceil(rows.length / 2)
      ? { ...row, image: { ...(row.image as { bytes: Uint8Array }), path: `${row.image_id}.png` } }
      : row,
  );
}
