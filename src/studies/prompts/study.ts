// The prompt study: every optimiser searches with the same number of calls, then its prompt meets the untouched test part.
import { createReader, type ReaderDeps } from '../../agents/create-reader.ts';
import { parseReaderName } from '../../agents/reader-name.ts';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { OverreadError } from '../../domain/errors.ts';
import { type Progress, silent } from '../../domain/progress.ts';
import { random } from '../../domain/random.ts';
import type { Protocol } from '../../domain/report.ts';
import type { Gateway } from '../../experts/gateway.ts';
import type { BlobStore } from '../../storage/blobs.ts';
import { type AskedItem, type AskOptions, askItems, loadItems } from '../ask-items.ts';
import { type Gain, gainOf } from './gain.ts';
import { createLedger, type Spending } from './ledger.ts';
import { type Objective, objectiveOf, studyItems } from './objective.ts';
import type { Parts } from './parts.ts';
import { type Prompt, promptKey, wordingOf } from './prompt.ts';
import { type Found, type Optimiser, search } from './search.ts';

export interface PromptStudyOptions {
  readonly plugin: PublishedBenchmark;
  readonly parts: Parts;
  readonly mode: string;
  readonly protocol: Protocol;
  /** [STRATEGY@]PROVIDER/MODEL. */
  readonly reader: string;
  /** PROVIDER/MODEL that writes instructions. Default: the reader's own model. */
  readonly proposer?: string;
  readonly optimisers: readonly Optimiser[];
  /** Id of the optimiser that the others are compared with, where it is among them. */
  readonly baseline?: string;
  /** Calls of each search; the test part is read besides. */
  readonly calls: number;
  /** Default 3. */
  readonly maxDemos?: number;
  /** Instruction of the base prompt. Default: none, the released words. */
  readonly instruction?: string;
  readonly gateway: Gateway;
  readonly blobs: BlobStore;
  readonly seed: string;
  readonly progress?: Progress;
  readonly signal: AbortSignal;
  readonly concurrency?: number;
}

export interface OptimiserResult {
  readonly optimiser: string;
  readonly prompt: { readonly instruction: string; readonly examples: readonly string[] };
  /** The base prompt was kept: nothing that was validated was better. */
  readonly keptBase: boolean;
  readonly spent: Spending;
  /** Prompts read on the whole validation part. */
  readonly validated: number;
  /** The metric on the validation part, which chose the prompt, … */
  readonly validation: number;
  /** … and on the test part, which nothing was chosen by. */
  readonly test: number | null;
  readonly gain: Gain;
  /** Against the baseline optimiser's prompt. */
  readonly against?: Gain;
}

export interface PromptStudy {
  readonly benchmark: string;
  readonly mode: string;
  readonly protocol: Protocol;
  readonly reader: string;
  readonly proposer: string;
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  readonly calls: number;
  readonly seed: string;
  readonly items: Readonly<Record<'train' | 'validation' | 'test', number>>;
  readonly clusters: Readonly<Record<'train' | 'validation' | 'test', number>>;
  readonly base: { readonly instruction: string; readonly validation: number; readonly test: number | null };
  readonly baseline: string | null;
  readonly results: readonly OptimiserResult[];
  readonly testCalls: number;
}

/** The model behind a reader. Throws `bad-argument` when there is none that a prompt could change. */
export function promptedModel(reader: string): string {
  const { model } = parseReaderName(reader);
  if (model.includes('/')) return model;
  throw new OverreadError(
    'bad-argument',
    `The reader "${reader}" has no model behind it, so no prompt can change it: name PROVIDER/MODEL.`,
  );
}

/** Runs the study. Errors: `bad-argument`, and what asking throws (`budget-exhausted`, `cancelled`, …). */
export async function promptStudy(options: PromptStudyOptions): Promise<PromptStudy> {
  const { plugin, parts, mode, protocol, gateway, blobs, seed, calls, progress = silent } = options;
  const model = promptedModel(options.reader);
  if (calls < 2 * parts.validation.length)
    throw new OverreadError(
      'bad-argument',
      `${calls} calls cannot validate two prompts on ${parts.validation.length} items: give at least --calls ${2 * parts.validation.length}, or fewer items with --validation.`,
    );
  const proposer = options.proposer ?? model;
  await gateway.prepare(proposer);
  const measuring = { plugin, mode, protocol };
  const objective = objectiveOf(measuring);
  const deps: ReaderDeps = { gateway, blobs, criteria: 'guideline' };
  const reader = await createReader(options.reader, { ...deps, sampling: plugin.sampling ?? {} });
  const warm = await createReader(options.reader, {
    ...deps,
    sampling: { ...plugin.sampling, temperature: 1 },
  });
  const asking: Omit<AskOptions, 'reader'> = {
    ...measuring,
    seed,
    signal: options.signal,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  };
  const base: Prompt = { instruction: options.instruction ?? '', demos: [] };
  const [train, validation] = await Promise.all(
    [parts.train, parts.validation].map(async (part) => studyItems(await loadItems(part, blobs), measuring)),
  );

  const found: { readonly optimiser: Optimiser; readonly found: Found; readonly spent: Spending }[] = [];
  for (const optimiser of options.optimisers) {
    progress.start(optimiser.id, calls);
    const ledger = createLedger({
      calls,
      objective,
      asking,
      reader,
      warm,
      proposer: gateway.languageModel(proposer),
      onCall: (count) => progress.advance(count),
    });
    const task = {
      base,
      train,
      validation,
      maxDemos: options.maxDemos ?? 3,
      objective,
      ledger,
      rng: random(seed, 'optimiser', optimiser.id),
    };
    found.push({ optimiser, found: await search(optimiser, task), spent: ledger.spent() });
    progress.finish();
  }

  // Only now is the test part opened.
  const tested = await readTest({ ...options, objective, asking, reader, progress }, [
    base,
    ...found.map((one) => one.found.best.prompt),
  ]);
  const [baseRows, ...rows] = tested.rows;
  const shown = (value: number | null) => (value === null ? null : objective.shown(value));
  const at = found.findIndex(({ optimiser }) => optimiser.id === options.baseline);
  const results = found.map(({ optimiser, found: { best, base: own, tried }, spent }, n): OptimiserResult => {
    const keptBase = best === own;
    const other = at < 0 || at === n ? undefined : rows[at];
    return {
      optimiser: optimiser.id,
      prompt: {
        instruction: best.prompt.instruction,
        examples: best.prompt.demos.map(({ questionId }) => questionId),
      },
      keptBase,
      spent,
      validated: tried,
      validation: objective.shown(best.value),
      test: shown(objective.valueOf(rows[n])),
      gain: compared(rows[n], baseRows, keptBase, objective, seed),
      ...(other === undefined
        ? {}
        : {
            against: compared(
              rows[n],
              other,
              promptKey(best.prompt) === promptKey(found[at].found.best.prompt),
              objective,
              seed,
            ),
          }),
    };
  });
  const count = (of: (part: Parts[keyof Parts]) => number) => ({
    train: of(parts.train),
    validation: of(parts.validation),
    test: of(parts.test),
  });
  return {
    benchmark: plugin.id,
    mode,
    protocol,
    reader: options.reader,
    proposer,
    metric: objective.metric.id,
    better: objective.metric.better,
    calls,
    seed,
    items: count((part) => part.length),
    clusters: count((part) => new Set(part.map(({ item }) => item.patientId)).size),
    base: {
      instruction: base.instruction,
      validation: objective.shown(found[0]?.found.base.value ?? Number.NaN),
      test: shown(objective.valueOf(baseRows)),
    },
    baseline: at < 0 ? null : found[at].optimiser.id,
    results,
    testCalls: tested.calls,
  };
}

/** A prompt against itself gains nothing, exactly: no interval of a sample could say it better. */
function compared(
  rows: readonly AskedItem[],
  base: readonly AskedItem[],
  same: boolean,
  objective: Objective,
  seed: string,
): Gain {
  const gain = gainOf(rows, base, objective, seed);
  if (!same) return gain;
  return { ...gain, ci95: [0, 0], relativeCi95: gain.relative === null ? null : [0, 0] };
}

interface Testing extends PromptStudyOptions {
  readonly objective: Objective;
  readonly asking: Omit<AskOptions, 'reader'>;
  readonly progress: Progress;
}

/** Each distinct prompt once on every test item. */
async function readTest(
  { parts, blobs, asking, progress, ...options }: Omit<Testing, 'reader'> & { reader: AskOptions['reader'] },
  prompts: readonly Prompt[],
): Promise<{ rows: AskedItem[][]; calls: number }> {
  const items = await loadItems(parts.test, blobs);
  const distinct = new Map(prompts.map((prompt) => [promptKey(prompt), prompt]));
  progress.start('test', distinct.size * items.length);
  const read = new Map<string, AskedItem[]>();
  for (const [key, prompt] of distinct)
    read.set(
      key,
      await askItems(items, {
        ...asking,
        reader: options.reader,
        wording: wordingOf(prompt),
        onItem: () => progress.advance(1),
      }),
    );
  progress.finish();
  return {
    rows: prompts.map((prompt) => read.get(promptKey(prompt)) ?? []),
    calls: distinct.size * items.length,
  };
}
