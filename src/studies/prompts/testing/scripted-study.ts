// A prompt study of a scripted model on a fixture: for tests, the check of the study, and its campaign.
import { join } from 'node:path';
import vqaRad from '../../../benchmarks/published/vqa-rad.ts';
import type { PublishedBenchmark } from '../../../benchmarks/published.ts';
import { recordOptions } from '../../../benchmarks/published-source.ts';
import { createGateway, type GatewayOptions } from '../../../experts/gateway.ts';
import type { Loopback } from '../../../experts/testing/loopback.ts';
import { openData } from '../../../records/data-root.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { openStore, type Store } from '../../../storage/store.ts';
import { collectRecords } from '../../ask-items.ts';
import { BASELINE, optimisersNamed } from '../optimisers.ts';
import { partsOf } from '../parts.ts';
import { type PromptStudy, type PromptStudyOptions, promptStudy } from '../study.ts';
import { type StochasticOptions, startStochasticModel } from './stochastic-model.ts';

export interface ScriptedStudyOptions {
  /** A folder to fill. */
  readonly folder: string;
  readonly seed: string;
  readonly kind: StochasticOptions['kind'];
  readonly optimisers: readonly string[];
  readonly calls: number;
  readonly items: Readonly<Record<'train' | 'validation' | 'test', number>>;
  readonly signal: AbortSignal;
  readonly watch?: StochasticOptions['watch'];
  /** A model that runs already; default: one of its own for the study. */
  readonly model?: Loopback;
  /** Keep replies in this store beyond the study. */
  readonly store?: Store;
  readonly budget?: GatewayOptions['budget'];
  readonly more?: Partial<PromptStudyOptions>;
}

/** Items come from the VQA-RAD fixture, one picture each, a third of them bright. */
export async function scriptedStudy(options: ScriptedStudyOptions): Promise<PromptStudy> {
  const { folder, seed, items, signal } = options;
  const plugin = vqaRad as unknown as PublishedBenchmark;
  const release = join(folder, 'release');
  await plugin.fixture(release, { items: 2 * Math.max(items.test, items.train + items.validation), seed });
  const records = await collectRecords(plugin, await openData(release), recordOptions(plugin, { seed }));
  const parts = partsOf(records, { benchmark: plugin.id, parts: 'divide', limits: items, seed });
  const { kind, watch, budget } = options;
  const model =
    options.model ?? (await startStochasticModel({ kind, seed, ...(watch === undefined ? {} : { watch }) }));
  const store = options.store ?? (await openStore(':memory:'));
  const blobs = memoryBlobs();
  const gateway = createGateway({
    allow: [new URL(model.url).origin],
    baseUrls: { compatible: model.url },
    store,
    blobs,
    env: {},
    ...(budget === undefined ? {} : { budget }),
  });
  try {
    return await promptStudy({
      plugin,
      parts,
      mode: 'open',
      protocol: 'strict',
      reader: 'compatible/scripted',
      optimisers: optimisersNamed(options.optimisers),
      baseline: BASELINE,
      calls: options.calls,
      gateway,
      blobs,
      seed,
      signal,
      ...options.more,
    });
  } finally {
    await gateway.close();
    if (options.store === undefined) await store.close();
    if (options.model === undefined) await model.close();
  }
}
