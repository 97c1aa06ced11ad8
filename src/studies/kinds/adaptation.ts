// Adaptation: are "medical" models better than the general ones they were made from? Each model with its own best prompt.
import type { OptionCard } from '../../benchmarks/builder.ts';
import { recordOptions } from '../../benchmarks/published-source.ts';
import { OverreadError } from '../../domain/errors.ts';
import { openData } from '../../records/data-root.ts';
import { checkAdaptation } from '../adaptation/check.ts';
import { sectionsOf } from '../adaptation/render.ts';
import { adaptationStudy, type ModelPair, type StudiedBenchmark } from '../adaptation/run.ts';
import { collectRecords } from '../ask-items.ts';
import { optionOf, type Study, type StudyContext, type StudyResult } from '../study.ts';
import { alignedTable, markdownTable } from '../tables.ts';

const options: readonly OptionCard[] = [
  {
    name: 'pair',
    value: 'NAME=ADAPTED,BASE',
    about: 'a medical model and the model it was made from (repeatable)',
    repeatable: true,
  },
  {
    name: 'on',
    value: 'ID=PATH',
    about: 'a published benchmark and its release (repeatable)',
    repeatable: true,
  },
  { name: 'shots', value: 'N,N', about: 'numbers of solved examples', default: '0,3' },
  {
    name: 'validation',
    value: 'N',
    about: 'most validation items that prompts are chosen on',
    default: '500',
  },
  { name: 'limit', value: 'N', about: 'most test items' },
  { name: 'templates', value: 'N', about: 'formats sampled for each of three system prompts', default: '10' },
  { name: 'sets', value: 'N', about: 'sets of examples sampled', default: '10' },
  {
    name: 'prompts',
    value: 'WHOSE',
    about: 'own, or both: own and then the adapted model’s for both',
    default: 'both',
  },
  { name: 'resamples', value: 'N', about: 'bootstrap resamples', default: '10000' },
];

function pairOf(written: string): ModelPair {
  const match = /^([^=]+)=([^,]+),([^,]+)$/.exec(written);
  if (match === null)
    throw new OverreadError('bad-argument', `--pair takes NAME=ADAPTED,BASE, not "${written}".`);
  const [, name, adapted, base] = match;
  return { name, adapted, base };
}

function whole(context: StudyContext, name: string, least: number): number {
  const given = optionOf(context, options, name);
  const n = Number(given);
  if (Number.isInteger(n) && n >= least) return n;
  throw new OverreadError('bad-argument', `--${name} takes a whole number from ${least} on, not "${given}".`);
}

async function benchmarkOf(context: StudyContext, written: string): Promise<StudiedBenchmark> {
  const at = written.indexOf('=');
  if (at <= 0) throw new OverreadError('bad-argument', `--on takes ID=PATH, not "${written}".`);
  const plugin = context.published(written.slice(0, at));
  const chosen = recordOptions(plugin, { seed: context.seed, signal: context.signal });
  const data = await openData(written.slice(at + 1));
  return { plugin, mode: chosen.mode, records: await collectRecords(plugin, data, chosen) };
}

async function run(context: StudyContext): Promise<StudyResult> {
  const pairs = (context.options.pair ?? []).map(pairOf);
  const named = context.options.on ?? [];
  if (pairs.length === 0 || named.length === 0)
    throw new OverreadError(
      'bad-argument',
      'Name at least one --pair NAME=ADAPTED,BASE and one --on BENCHMARK=RELEASE.',
    );
  const shots = (optionOf(context, options, 'shots') ?? '').split(',').map(Number);
  if (shots.some((shot) => !Number.isInteger(shot) || shot < 0 || shot > 32))
    throw new OverreadError('bad-argument', '--shots takes whole numbers from 0 to 32, such as 0,3.');
  const prompts = optionOf(context, options, 'prompts');
  if (prompts !== 'own' && prompts !== 'both')
    throw new OverreadError('bad-argument', 'Give --prompts own or --prompts both.');
  const limit = context.options.limit === undefined ? undefined : whole(context, 'limit', 1);
  const benchmarks: StudiedBenchmark[] = [];
  for (const written of named) benchmarks.push(await benchmarkOf(context, written));
  const study = await adaptationStudy({
    pairs,
    benchmarks,
    shots,
    validation: whole(context, 'validation', 1),
    ...(limit === undefined ? {} : { limit }),
    templates: whole(context, 'templates', 0),
    sets: whole(context, 'sets', 1),
    shared: prompts === 'both',
    resamples: whole(context, 'resamples', 100),
    gateway: context.gateway,
    blobs: context.blobs,
    seed: context.seed,
    progress: context.progress,
    signal: context.signal,
  });
  const sections = sectionsOf(study);
  return {
    result: study,
    text: sections.map(({ title, rows }) => `${title}\n${alignedTable(rows)}`).join('\n\n'),
    markdown: [
      '# Adapted models against their base models',
      ...sections.map(({ title, rows }) => `## ${title}\n\n${markdownTable(rows)}`),
    ].join('\n\n'),
  };
}

const adaptation: Study = {
  id: 'adaptation',
  kind: 'study',
  summary: 'medical models against their own base models, each with the prompt that suits it best',
  paper: {
    title: 'Medical Adaptation of Large Language and Vision-Language Models: Are We Making Progress?',
    arxiv: '2411.04118',
    url: 'https://github.com/taekb/eval-medical-dapt',
    year: 2024,
  },
  alsoPapers: [
    {
      title: 'The Limited Impact of Medical Adaptation of Large Language and Vision-Language Models',
      arxiv: '2411.08870',
      year: 2024,
    },
  ],
  command: 'overread study adaptation --pair NAME=ADAPTED,BASE --on vqa-rad=DIR --on slake=DIR',
  needs: ['a published benchmark’s release', 'both models of each pair'],
  options,
  run,
  check: checkAdaptation,
};
export default adaptation;
