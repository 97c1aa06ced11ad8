// MediConfusion: pairs of pictures that look alike to one encoder and differ to another, with one question for both.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { random } from '../../../domain/random.ts';
import { writeShaded } from '../../fixture-picture.ts';
import type { Measured, PublishedBenchmark, TrivialBaseline } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import type { Parsed } from '../../replies.ts';
import {
  judged,
  likelier,
  likelihoodReply,
  releasedLetter,
  releasedRatings,
  strictLetter,
  strictRatings,
} from './choices.ts';
import { type Letter, MODES, picturesOf, type Reference, records } from './records.ts';
import { categoryMetrics, type Item, metrics } from './scores.ts';

/** A letter in the form that the mode reads: itself, or log-probabilities that favour it. */
function said(letter: Letter, mode: string): string {
  if (mode !== 'greedy' && mode !== 'prefix') return letter;
  return letter === 'A' ? likelihoodReply(mode, -0.1, -2.4) : likelihoodReply(mode, -2.4, -0.1);
}

/** Options are not shown in free form: there a reader that knows nothing can only say the question again. */
function blind(id: string, summary: string, letter: Parameters<typeof chosen>[0]): TrivialBaseline {
  return {
    id,
    summary,
    reply: ({ options, slots, text }, _, draw) =>
      slots.mode === 'free' ? text : said(chosen(letter, options, draw), slots.mode),
  };
}

function chosen(
  letter: Letter | 'random' | 'longest',
  options: readonly { readonly text: string }[],
  draw: () => number,
): Letter {
  if (letter === 'random') return draw() < 0.5 ? 'A' : 'B';
  if (letter === 'longest') return options[1].text.length > options[0].text.length ? 'B' : 'A';
  return letter;
}

const mediconfusion: PublishedBenchmark<Reference, Item> = {
  id: 'mediconfusion',
  kind: 'benchmark',
  summary: 'pairs of radiology pictures that models take for one another',
  paper: {
    title:
      'MediConfusion: Can you trust your AI radiologist? Probing the reliability of multimodal medical foundation models',
    arxiv: '2409.15477',
    year: 2024,
  },
  command: 'overread run mediconfusion --data DIR --reader MODEL',
  needs: ['dataset.json or dataset.csv', 'images/ (without them questions are asked without pictures)'],
  card: {
    source: 'Sepehri et al., University of Southern California; pictures from ROCO',
    url: 'https://github.com/AIF4S/MediConfusion',
    licence: 'MIT (questions); pictures under the terms of their PMC articles',
    access: 'open',
    getIt:
      'Take data/dataset.json of github.com/AIF4S/MediConfusion and let its scripts/download.py fetch the pictures into the folder images beside it.',
    size: '176 pairs (352 questions) over 228 pictures',
    splits: { train: 0, validation: 0, test: 352 },
    files: [
      {
        name: '**dataset.*',
        about: 'the pairs, as JSON or CSV',
        fields: [
          'im_1_local',
          'im_2_local',
          'question',
          'option_A',
          'option_B',
          'im_1_correct',
          'im_2_correct',
        ],
      },
      { name: '**images/*', about: 'pictures by local id', required: false },
    ],
    format: 'verified',
    faults: [
      'The released parser knows a letter in eleven forms between spaces: "A)", "(A)", "A," and "**A**" are invalid, an article "A" is a choice; strict reads what is stated.',
      'The released script ends when its judge does not begin with the lines "A: n" and "B: n"; such replies are left out of every score here.',
      'Modes greedy and prefix need log-probabilities: the reader letters@MODEL gives those of letters, where its server does; those of whole options no chat server gives, so prefix scores replies of other harnesses only ({"text_A": …, "text_B": …}).',
      'On equal probabilities the release takes A by letters and B by texts; strict takes such replies as invalid.',
      'Where no pair has two valid choices the release prints 0 for confusion and precision; strict gives no value.',
      'Pairs share pictures: 176 pairs have only 228 of them, so intervals here resample groups of pairs that share any.',
    ],
    tasks: ['visual question answering', 'telling pictures apart'],
    modalities: ['radiograph', 'CT', 'MR', 'angiography', 'ultrasound', 'nuclear medicine'],
  },
  modes: MODES,
  judgedModes: ['free'],
  sampling: { temperature: 0, maxOutputTokens: 32 },
  modeSampling: { free: { temperature: 0, maxOutputTokens: 300 } },
  facets: [],
  records,
  async remarks(data) {
    return (await picturesOf(data)).count > 0
      ? []
      : [
          'There are no pictures here: questions are asked without them, and nothing but chance can be expected.',
        ];
  },
  async measure(record, { text, status }, { protocol, mode, judge }): Promise<Measured<Item>> {
    const { pair, place, letter: key, categories, otherCategories } = record.reference;
    const item = { pair, place, key, choice: null, judged: true, categories, otherCategories };
    if (status === 'failed' || status === 'refused') return { outcome: status, item };
    const released = protocol === 'published';
    let found: Parsed<Letter> | undefined;
    if (mode === 'greedy' || mode === 'prefix') found = likelier(text, mode, protocol);
    else if (mode === 'mc') found = released ? releasedLetter(text) : strictLetter(text, record.reference);
    else if (judge !== undefined)
      found = await judged(judge, record.reference, text, released ? releasedRatings : strictRatings);
    if (found === undefined) return { outcome: 'scored', item: { ...item, judged: false } };
    if (found.ok) return { outcome: 'scored', item: { ...item, choice: found.value } };
    return { outcome: found.refused === true ? 'refused' : 'unparsed', item };
  },
  metrics: (protocol) => metrics(protocol),
  breakdowns(items, protocol) {
    const names = [...new Set(items.flatMap(({ categories }) => categories))].sort();
    return {
      category: Object.fromEntries(
        names.map((name) => [
          name,
          {
            holds: ({ categories, otherCategories }: Item) =>
              categories.includes(name) || otherCategories.includes(name),
            metrics: categoryMetrics(name, protocol),
          },
        ]),
      ),
    };
  },
  baselines: [
    blind('always-a', 'option A every time', 'A'),
    blind('always-b', 'option B every time', 'B'),
    blind('random-option', 'one of the options by chance', 'random'),
    blind('longest-option', 'the option with the longer text', 'longest'),
  ],
  oracle: ({ reference: { letter, options } }, mode) =>
    mode === 'free' ? options[letter] : said(letter, mode),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'mediconfusion');
    await mkdir(folder, { recursive: true });
    const pairs: Record<string, unknown> = {};
    const count = Math.ceil(items / 2);
    for (let n = 0; n < count; n++) {
      const [first, second] = n % 2 === 0 ? (['bright', 'dark'] as const) : (['dark', 'bright'] as const);
      // Every third pair takes the second picture of the pair before, as pairs of the release share pictures.
      const shared = n % 3 === 2 && n > 0;
      const locals = [shared ? 20_000 + 2 * n - 1 : 20_000 + 2 * n, 20_001 + 2 * n];
      if (!shared) await writeShaded(join(folder, 'images', `${locals[0]}.png`), first, rng);
      await writeShaded(join(folder, 'images', `${locals[1]}.png`), second, rng);
      const swapped = n % 4 > 1;
      pairs[String(10_001 + n)] = {
        im_1: `train/radiology/images/made_${locals[0]}.jpg`,
        im_2: `train/radiology/images/made_${locals[1]}.jpg`,
        im_1_local: locals[0],
        im_2_local: locals[1],
        cap_1: `${first} noise`,
        cap_2: `${second} noise`,
        category_1: ['Noise', first],
        category_2: n % 5 === 0 ? [second] : ['Noise', second],
        BiomedCLIP_sim: 0.95,
        DINO_sim: 0.5,
        question: 'How does this picture look?',
        option_A: swapped ? `It is ${second}` : `It is ${first}`,
        option_B: swapped ? `It is ${first}` : `It is ${second}`,
        im_1_correct: swapped ? 'B' : 'A',
        im_2_correct: swapped ? 'A' : 'B',
      };
    }
    await writeFile(join(folder, 'dataset.json'), JSON.stringify(pairs, null, 1));
    return { items: 2 * count };
  },
  check: publishedCheck(() => mediconfusion),
};
export default mediconfusion;
