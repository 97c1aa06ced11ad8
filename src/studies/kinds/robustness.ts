// Robustness (SURE-VQA): is the picture used, does the score hold under a real shift, under perturbed pictures?
import type { OptionCard } from '../../benchmarks/builder.ts';
import { trainReplies } from '../../benchmarks/published-score.ts';
import { recordOptions } from '../../benchmarks/published-source.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Perturbation } from '../../imaging/perturbation.ts';
import { perturbations } from '../../imaging/perturbations/registry.generated.ts';
import { openData } from '../../records/data-root.ts';
import { collectRecords, loadItems } from '../ask-items.ts';
import { checkRobustness } from '../robustness/check.ts';
import { sectionsOf } from '../robustness/render.ts';
import { robustnessStudy, type StudiedMethod, sampledRecords } from '../robustness/run.ts';
import { parseShift } from '../robustness/shift.ts';
import { optionOf, type Study, type StudyContext, type StudyResult } from '../study.ts';
import { alignedTable, markdownTable } from '../tables.ts';

const known = perturbations as Readonly<Record<string, Perturbation>>;

const options: readonly OptionCard[] = [
  { name: 'benchmark', value: 'ID', about: 'published benchmark' },
  { name: 'data', value: 'PATH', about: 'its release' },
  { name: 'mode', value: 'MODE', about: 'way of asking, where there are several' },
  { name: 'split', value: 'SPLIT', about: 'only this split', default: 'test where there is one' },
  { name: 'protocol', value: 'PROTOCOL', about: 'strict or published', default: 'strict' },
  { name: 'limit', value: 'N', about: 'a sample of whole clusters with at least so many items' },
  { name: 'reader', value: 'READER', about: 'a reader to study (repeatable)', repeatable: true },
  {
    name: 'adapted',
    value: 'NAME=READER,…',
    about: 'an adapted model by its runs over one base (repeatable)',
    repeatable: true,
  },
  {
    name: 'shift',
    value: 'COLUMN=VALUE',
    about: 'items with the value are the shifted ones (repeatable)',
    repeatable: true,
  },
  {
    name: 'perturb',
    value: 'ID[=LEVEL,…]',
    about: `perturbation, or "all": ${Object.keys(known).join(', ')} (repeatable)`,
    repeatable: true,
  },
  { name: 'resamples', value: 'N', about: 'bootstrap resamples', default: '1000' },
];

function methodsOf({ options: given }: StudyContext): StudiedMethod[] {
  return [
    ...(given.reader ?? []).map((reader) => ({ name: reader, readers: [reader] })),
    ...(given.adapted ?? []).map((written) => {
      const at = written.indexOf('=');
      const readers = written
        .slice(at + 1)
        .split(',')
        .filter((reader) => reader !== '');
      if (at <= 0 || readers.length === 0)
        throw new OverreadError('bad-argument', `--adapted takes NAME=READER,READER…, not "${written}".`);
      return { name: written.slice(0, at), readers };
    }),
  ];
}

function perturbationsOf({ options: given }: StudyContext) {
  const named = (given.perturb ?? []).flatMap((written) =>
    written === 'all' ? Object.keys(known) : [written],
  );
  return named.map((written) => {
    const [id, levels] = written.split('=');
    if (!Object.hasOwn(known, id))
      throw new OverreadError(
        'bad-argument',
        `There is no perturbation "${id}": use ${Object.keys(known).join(', ')}.`,
      );
    const perturbation = known[id];
    const chosen = levels === undefined ? perturbation.levels : levels.split(',').map(Number);
    const [, most] = perturbation.range;
    if (chosen.some((level) => !(level > 0 && level <= most)))
      throw new OverreadError(
        'bad-argument',
        `${id} takes severities above 0 up to ${most} (${perturbation.severityOf}), not "${levels}".`,
      );
    return { perturbation, levels: chosen };
  });
}

function wholeNumber(given: string | undefined, name: string): number | undefined {
  if (given === undefined) return undefined;
  const n = Number(given);
  if (Number.isInteger(n) && n > 0) return n;
  throw new OverreadError('bad-argument', `--${name} takes a whole number above 0, not "${given}".`);
}

async function run(context: StudyContext): Promise<StudyResult> {
  const option = (name: string) => context.options[name]?.at(-1);
  const benchmark = option('benchmark');
  const path = option('data');
  if (benchmark === undefined || path === undefined)
    throw new OverreadError(
      'bad-argument',
      'Name the benchmark and its release: --benchmark ID --data PATH.',
    );
  const protocol = optionOf(context, options, 'protocol');
  if (protocol !== 'strict' && protocol !== 'published')
    throw new OverreadError('bad-argument', 'Give --protocol strict or --protocol published.');
  const plugin = context.published(benchmark);
  const mode = option('mode');
  const split = option('split') ?? ('test' in plugin.card.splits ? 'test' : undefined);
  const chosen = recordOptions(plugin, {
    seed: context.seed,
    signal: context.signal,
    ...(mode === undefined ? {} : { mode }),
    ...(split === undefined ? {} : { split }),
  });
  const methods = methodsOf(context);
  const perturbed = perturbationsOf(context);
  const shifts = (context.options.shift ?? []).map(parseShift);
  const data = await openData(path);
  const records = sampledRecords(
    await collectRecords(plugin, data, chosen),
    wholeNumber(option('limit'), 'limit'),
    context.seed,
  );
  if (records.length === 0)
    throw new OverreadError('bad-argument', 'The release has no item here: check --data and --split.');
  const study = await robustnessStudy({
    plugin,
    mode: chosen.mode,
    protocol,
    items: await loadItems(records, context.blobs),
    methods,
    shifts,
    perturbations: perturbed,
    train: await trainReplies(plugin, data, chosen),
    resamples: wholeNumber(optionOf(context, options, 'resamples'), 'resamples') ?? 1000,
    gateway: context.gateway,
    blobs: context.blobs,
    seed: context.seed,
    progress: context.progress,
    signal: context.signal,
  });
  const sections = sectionsOf(study);
  const notes = study.notes.map((note) => `Note: ${note}`);
  return {
    result: study,
    text: [...sections.map(({ title, rows }) => `${title}\n${alignedTable(rows)}`), ...notes].join('\n\n'),
    markdown: [
      `# Robustness of readers on ${study.benchmark}`,
      ...sections.map(({ title, rows }) => `## ${title}\n\n${markdownTable(rows)}`),
      ...notes,
    ].join('\n\n'),
  };
}

const robustness: Study = {
  id: 'robustness',
  kind: 'study',
  summary: 'no-image baselines, relative robustness under shifts of any column, and perturbed pictures',
  paper: {
    title: 'SURE-VQA: Systematic Understanding of Robustness Evaluation in Medical VQA Tasks',
    arxiv: '2411.19688',
    url: 'https://github.com/IML-DKFZ/sure-vqa',
    year: 2024,
  },
  command:
    'overread study robustness --benchmark slake --data DIR --reader MODEL --shift modality=X-Ray --perturb all',
  needs: ['a published benchmark’s release', 'a model'],
  options,
  run,
  check: checkRobustness,
};
export default robustness;
