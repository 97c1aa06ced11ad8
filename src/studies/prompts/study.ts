// The prompt study: every optimiser searches with the same number of calls, then its prompt meets the untouched test part.
import { createReader, type ReaderDeps } from '../../agents/create-reader.ts';
import { parseReaderName } from '../../agents/reader-name.ts';
import type { PublishedBenchmark, PublishedRecord } from '../../benchmarks/published.ts';
import { OverreadError } from '../../domain/errors.ts';
import { type Progress, silent } from '../../domain/progress.ts';
import { random } from '../../domain/random.ts';
import type { Protocol } from '../../domain/report.ts';
import type { Gateway } from '../../experts/gateway.ts';
import type { BlobStore } from '../../storage/blobs.ts';
import { type AskOptions, loadItems } from '../ask-items.ts';
import { createLedger, type Spending } from './ledger.ts';
import { objectiveOf, studyItems } from './objective.ts';
import { clustersOf, type PartName, type Parts } from './parts.ts';
import type { Prompt } from './prompt.ts';
import { type Found, type Optimiser, search } from './search.ts';
import { onUntouched, type UntouchedValue } from './untouched.ts';

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

export interface OptimiserResult extends UntouchedValue {
  readonly optimiser: string;
  readonly prompt: {
    readonly instruction: string;
    /** Solved items in the order shown, by id, each with the reply that it was shown with. */
    readonly examples: readonly { readonly questionId: string; readonly reply: string }[];
  };
  /** The base prompt was kept: nothing that was validated was better. */
  readonly keptBase: boolean;
  readonly spent: Spending;
  /** Prompts read on the whole validation part. */
  readonly validated: number;
  /** The metric on the validation part, which chose the prompt; nothing was chosen by the test part. */
  readonly validation: number;
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
  readonly items: Readonly<Record<PartName, number>>;
  readonly clusters: Readonly<Record<PartName, number>>;
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

/**
 * Runs the study. Errors: `bad-argument`, `provider-failed` when nothing can be read, and what asking throws
 * (`budget-exhausted`, `cancelled`, …).
 */
export async function promptStudy(options: PromptStudyOptions): Promise<PromptStudy> {
  const { plugin, parts, mode, protocol, gateway, blobs, seed, calls } = options;
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
  const base: Prompt = { instruction: options.instruction ?? '', demos: [] };
  const deps: ReaderDeps = { gateway, blobs, criteria: 'guideline' };
  const sampling = plugin.modeSampling?.[mode] ?? plugin.sampling ?? {};
  const reader = await createReader(options.reader, { ...deps, sampling });
  const warm = await createReader(options.reader, {
    ...deps,
    sampling: { ...sampling, temperature: 1 },
  });
  const asking = {
    ...measuring,
    seed,
    signal: options.signal,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  };
  try {
    const searched = await searchAll(options, { base, proposer, asking, reader, warm });
    if (!Number.isFinite(searched[0].found.base.value))
      throw new OverreadError(
        'bad-argument',
        `${objective.metric.id} has no value on these validation items: give more with --validation.`,
      );
    // Only now is the test part opened.
    const tested = await onUntouched({
      items: await loadItems(parts.test, blobs),
      prompts: [base, ...searched.map(({ found }) => found.best.prompt)],
      baseline: searched.findIndex(({ optimiser }) => optimiser.id === options.baseline) + 1,
      objective,
      asking: { ...asking, reader },
      progress: options.progress ?? silent,
    });
    const [own, ...values] = tested.values;
    const results = searched.map(({ optimiser, found: { best, base: kept, tried }, spent }, n) => ({
      optimiser: optimiser.id,
      prompt: {
        instruction: best.prompt.instruction,
        examples: best.prompt.demos.map(({ questionId, reply }) => ({ questionId, reply })),
      },
      keptBase: best === kept,
      spent,
      validated: tried,
      validation: objective.shown(best.value),
      ...values[n],
    }));
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
      items: ofParts(parts, (part) => part.length),
      clusters: ofParts(parts, (part) => clustersOf(part).size),
      base: {
        instruction: base.instruction,
        validation: objective.shown(searched[0].found.base.value),
        test: own.test,
      },
      baseline: results.find(({ optimiser }) => optimiser === options.baseline)?.optimiser ?? null,
      results,
      testCalls: tested.calls,
    };
  } finally {
    await reader.close?.();
    await warm.close?.();
  }
}

interface Searching {
  readonly base: Prompt;
  readonly proposer: string;
  readonly asking: Omit<AskOptions, 'reader'>;
  readonly reader: AskOptions['reader'];
  readonly warm: AskOptions['reader'];
}

interface Searched {
  readonly optimiser: Optimiser;
  readonly found: Found;
  readonly spent: Spending;
}

/** One search after the other, each with a ledger of its own. */
async function searchAll(
  { parts, blobs, plugin, mode, protocol, calls, seed, gateway, ...options }: PromptStudyOptions,
  { base, proposer, asking, reader, warm }: Searching,
): Promise<Searched[]> {
  const { progress = silent, maxDemos = 3 } = options;
  const measuring = { plugin, mode, protocol };
  const objective = objectiveOf(measuring);
  const train = await studyItems(await loadItems(parts.train, blobs), measuring);
  const validation = await studyItems(await loadItems(parts.validation, blobs), measuring);
  const searched: Searched[] = [];
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
    const rng = random(seed, 'optimiser', optimiser.id);
    const found = await search(optimiser, { base, train, validation, maxDemos, objective, ledger, rng });
    searched.push({ optimiser, found, spent: ledger.spent() });
    progress.finish();
  }
  return searched;
}

function ofParts(
  parts: Parts,
  of: (part: readonly PublishedRecord<unknown>[]) => number,
): Record<PartName, number> {
  return { train: of(parts.train), validation: of(parts.validation), test: of(parts.test) };
}
