// A published benchmark's release as episodes: items to the policy, references to the scorer.

import { releasedImages } from '../agents/shown-volume.ts';
import { chosenRecords } from '../benchmarks/chosen-records.ts';
import type { PublishedBenchmark, PublishedRecord } from '../benchmarks/published.ts';
import {
  fingerprint,
  type PublishedOptions,
  questionOf,
  recordOptions,
} from '../benchmarks/published-source.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Protocol } from '../domain/report.ts';
import type { DataRoot } from '../records/source.ts';
import { itemAccess } from '../tools/item-access.ts';
import type { EpisodeBenchmark } from './source.ts';

export interface ReleaseEpisodesOptions extends PublishedOptions {
  readonly plugin: PublishedBenchmark;
  readonly data: DataRoot;
  /** Default strict. */
  readonly protocol?: Protocol;
  /** At most so many items, the first of the release. Default all: their words stay in memory, pictures do not. */
  readonly limit?: number;
}

/** Throws `bad-argument` where nothing is chosen, and the release's own errors. */
export async function releaseEpisodes(options: ReleaseEpisodesOptions): Promise<EpisodeBenchmark> {
  const { plugin, data, protocol = 'strict', limit = Number.POSITIVE_INFINITY } = options;
  const chosen = recordOptions(plugin, options);
  const records = new Map<string, PublishedRecord<unknown>>();
  for await (const record of chosenRecords(plugin, data, chosen)) {
    records.set(record.item.id, record);
    if (records.size >= limit) break;
  }
  const ids = [...records.keys()];
  if (ids.length === 0)
    throw new OverreadError(
      'bad-argument',
      `There is no item of ${plugin.id} to ask: "overread data check ${plugin.id} PATH" says what is missing.`,
    );
  const known = (id: string): PublishedRecord<unknown> => {
    const found = records.get(id);
    if (found === undefined)
      throw new OverreadError('bad-argument', 'There is no such question here: reset without a question id.');
    return found;
  };
  const [metric] = plugin.metrics(protocol, chosen.mode);
  return {
    source: {
      name: plugin.id,
      contentHash: await fingerprint(plugin.id, data, chosen),
      mode: 'vision',
      hasCases: false,
      criteria: 'guideline',
      format: 'mc',
      size: ids.length,
      idAt: (index) => ids[index],
      has: (id) => records.has(id),
      question: (id, blobs) => questionOf(known(id).item, blobs),
      caseOf: ({ caseId, patientId }) => ({ id: caseId, patientId }),
      using: ({ caseId, patientId }, work) => work(itemAccess({ id: caseId, patientId })),
      shown: async ({ prompt }) => releasedImages(prompt ?? []),
    },
    scorer: {
      async score(questionId, words) {
        const reply = { text: words, status: 'answered' as const };
        const measured = await plugin.measure(known(questionId), reply, { protocol, mode: chosen.mode });
        const value = metric?.of([measured.item]) ?? null;
        return { score: value === null ? null : unit(value, metric), outcome: measured.outcome };
      },
      gold: () => undefined,
    },
  };
}

/** A metric's value brought to 0…1, 1 the best. Values outside a finite range are left out. */
function unit(
  value: number,
  { range: [low, high], better }: { range: readonly [number, number]; better: 'higher' | 'lower' },
): number | null {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high <= low) return null;
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return better === 'higher' ? share : 1 - share;
}
