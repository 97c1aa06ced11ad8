// prompts: how much a better prompt gains on a published benchmark, after the idea of Prompt Triage.

import type { OptionCard } from '../../benchmarks/builder.ts';
import { recordOptions } from '../../benchmarks/published-source.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Protocol } from '../../domain/report.ts';
import { openData } from '../../records/data-root.ts';
import { collectRecords } from '../ask-items.ts';
import { promptsCheck } from '../prompts/check.ts';
import { BASELINE, OPTIMISERS, optimisersNamed } from '../prompts/optimisers.ts';
import { type PartOptions, partsOf } from '../prompts/parts.ts';
import { promptStudyMarkdown, promptStudyText } from '../prompts/render.ts';
import { type PromptStudy, promptedModel, promptStudy } from '../prompts/study.ts';
import { optionOf, type Study, type StudyContext } from '../study.ts';

const options: readonly OptionCard[] = [
  { name: 'benchmark', value: 'ID', about: 'published benchmark, such as vqa-rad' },
  { name: 'data', value: 'DIR', about: 'folder or file of its release' },
  {
    name: 'reader',
    value: 'READER',
    about: '[STRATEGY@]PROVIDER/MODEL whose prompt is searched',
    repeatable: true,
  },
  {
    name: 'optimiser',
    value: 'NAME[,NAME]',
    about: `which to run beside ${BASELINE}, of ${OPTIMISERS.map(({ id }) => id).join(', ')} (default all)`,
    repeatable: true,
  },
  {
    name: 'calls',
    value: 'N',
    about: 'calls of each search, reads and proposals together',
    default: '600',
  },
  { name: 'mode', value: 'MODE', about: 'way of asking that the benchmark defines (default its first)' },
  { name: 'protocol', value: 'NAME', about: 'strict or published', default: 'strict' },
  {
    name: 'parts',
    value: 'HOW',
    about: 'release: as the release splits its items; divide: cut all of them anew by cluster',
    default: 'release',
  },
  { name: 'split', value: 'NAME', about: 'only items of this split, to cut with --parts divide' },
  { name: 'train', value: 'N', about: 'training items at most', default: '60' },
  { name: 'validation', value: 'N', about: 'validation items at most', default: '60' },
  { name: 'test', value: 'N', about: 'test items at most', default: '500' },
  { name: 'examples', value: 'N', about: 'solved examples in a prompt at most', default: '3' },
  { name: 'instruction', value: 'TEXT', about: 'instruction of the base prompt (default none)' },
  { name: 'proposer', value: 'MODEL', about: 'model that writes instructions (default the reader’s own)' },
  {
    name: 'column',
    value: 'FIELD=COLUMN',
    about: 'what is taken for what, where the format is unverified',
    repeatable: true,
  },
];

const prompts: Study = {
  id: 'prompts',
  kind: 'study',
  summary:
    'optimises the prompt of a model on a published benchmark, and measures the gain on untouched items',
  paper: {
    title:
      'Prompt Triage: Structured Optimization Enhances Vision-Language Model Performance on Medical Imaging Benchmarks',
    arxiv: '2511.11898',
    year: 2025,
  },
  command: 'overread study prompts --benchmark ID --data DIR --reader MODEL',
  needs: ['a release with items of at least three clusters', 'a model'],
  options,
  async run(context) {
    const { readers, path, chosen, limits, parts, ...study } = requestOf(context);
    const data = await openData(path);
    const studies: PromptStudy[] = [];
    try {
      const records = await collectRecords(study.plugin, data, chosen);
      const cut = partsOf(records, {
        benchmark: study.plugin.id,
        parts,
        limits,
        seed: context.seed,
        // What scores sets of items (pairs, for one) needs them together.
        whole: study.plugin.metrics(study.protocol, study.mode)[0].each === undefined,
      });
      for (const reader of readers) studies.push(await promptStudy({ ...study, parts: cut, reader }));
    } finally {
      await data.close?.();
    }
    context.remark(
      'Every reply is in the store: run the same command to go on after a stop, or with more calls.',
    );
    return {
      result: studies.length === 1 ? studies[0] : studies,
      text: studies.map(promptStudyText).join('\n\n'),
      markdown: studies.map(promptStudyMarkdown).join('\n\n'),
    };
  },
  check: promptsCheck,
};
export default prompts;

/** What was asked for, checked before anything is opened. */
function requestOf(context: StudyContext) {
  const given = (name: string) => optionOf(context, options, name);
  const needed = (name: string): string => {
    const value = given(name);
    if (value !== undefined) return value;
    throw new OverreadError(
      'bad-argument',
      `A prompt study needs --${name}: write ${prompts.command} --calls N.`,
    );
  };
  const number = (name: string, least: number): number => {
    const value = Number(needed(name));
    if (Number.isInteger(value) && value >= least) return value;
    throw new OverreadError('bad-argument', `--${name} is a whole number of at least ${least}.`);
  };
  const { seed, gateway, blobs, progress, signal } = context;
  const plugin = context.published(needed('benchmark'));
  const path = needed('data');
  needed('reader');
  const readers = context.options.reader ?? [];
  for (const reader of readers) promptedModel(reader);
  const names = (context.options.optimiser ?? [])
    .flatMap((text) => text.split(','))
    .map((name) => name.trim());
  const [mode, split, instruction, proposer] = ['mode', 'split', 'instruction', 'proposer'].map(given);
  const chosen = recordOptions(plugin, {
    ...(mode === undefined ? {} : { mode }),
    ...(split === undefined ? {} : { split }),
    ...(context.options.column === undefined ? {} : { columns: columnsOf(context.options.column) }),
    seed,
    signal,
  });
  return {
    plugin,
    path,
    readers,
    optimisers: optimisersNamed(names.length === 0 ? OPTIMISERS.map(({ id }) => id) : names),
    baseline: BASELINE,
    chosen,
    mode: chosen.mode,
    protocol: oneOf<Protocol>('protocol', needed('protocol'), ['strict', 'published']),
    parts: oneOf<PartOptions['parts']>('parts', needed('parts'), ['release', 'divide']),
    limits: { train: number('train', 1), validation: number('validation', 1), test: number('test', 1) },
    calls: number('calls', 1),
    maxDemos: number('examples', 0),
    ...(instruction === undefined ? {} : { instruction }),
    ...(proposer === undefined ? {} : { proposer }),
    gateway,
    blobs,
    seed,
    progress,
    signal,
  };
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new OverreadError('bad-argument', `--${name} is ${known.join(' or ')}, not "${value}".`);
}

function columnsOf(written: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    written.map((text) => {
      const at = text.indexOf('=');
      if (at <= 0) throw new OverreadError('bad-argument', `"${text}" is no column: write FIELD=COLUMN.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
