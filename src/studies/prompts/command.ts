// The prompt study as a command: options to a request, a release to its parts, studies to tables.
import { recordOptions } from '../../benchmarks/published-source.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Protocol } from '../../domain/report.ts';
import { openData } from '../../records/data-root.ts';
import { collectRecords } from '../ask-items.ts';
import { optionOf, type Study, type StudyContext, type StudyResult } from '../study.ts';
import { BASELINE, OPTIMISERS, optimisersNamed } from './optimisers.ts';
import { type PartOptions, partsOf } from './parts.ts';
import { promptStudyMarkdown, promptStudyText } from './render.ts';
import { type PromptStudy, promptedModel, promptStudy } from './study.ts';

type Card = Pick<Study, 'options' | 'command'>;

/** One study for each reader named. Errors: `bad-argument` before anything is opened, and those of `promptStudy`. */
export async function runPrompts(context: StudyContext, card: Card): Promise<StudyResult> {
  const { readers, path, chosen, limits, parts, ...study } = requestOf(context, card);
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
}

/** What was asked for, checked before anything is opened. */
function requestOf(context: StudyContext, card: Card) {
  const given = (name: string) => optionOf(context, card.options, name);
  const needed = (name: string): string => {
    const value = given(name);
    if (value !== undefined) return value;
    throw new OverreadError(
      'bad-argument',
      `A prompt study needs --${name}: write ${card.command} --calls N.`,
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
