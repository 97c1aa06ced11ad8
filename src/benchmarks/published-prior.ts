// What a release's training split says of its types, for readers that may know it: oracle replies, never a test item's.
import { type TrainPrior, trainPrior } from '../agents/prior.ts';
import type { Key } from '../domain/question.ts';
import type { DataRoot } from '../records/source.ts';
import { chosenRecords } from './chosen-records.ts';
import type { PublishedBenchmark, PublishedItem, RecordOptions } from './published.ts';

/**
 * Reads the training split once; undefined when the release has none here. An option's letter stands for its text, so
 * that the habit of naming a class survives another order of options.
 */
export async function publishedPrior(
  plugin: PublishedBenchmark,
  data: DataRoot,
  options: RecordOptions,
): Promise<TrainPrior | undefined> {
  if (!('train' in plugin.card.splits)) return undefined;
  const keys = new Map<string, Key>();
  const items: Pick<PublishedItem, 'id' | 'type' | 'split' | 'patientId'>[] = [];
  for await (const record of chosenRecords(plugin, data, { ...options, split: 'train' })) {
    const { id, type, split, patientId, options: choices, answerKind } = record.item;
    if (split !== 'train') continue;
    const reply = plugin.oracle(record, options.mode);
    const option = choices.find(({ letter }) => letter === reply);
    const value = answerKind === 'numeric' && reply.trim() !== '' ? Number(reply) : Number.NaN;
    items.push({ id, type, split, patientId });
    keys.set(id, {
      questionId: id,
      answer: option?.text ?? reply,
      letter: option?.letter ?? '',
      evidence: [],
      assumed: [],
      flags: [],
      ...(Number.isFinite(value) ? { value } : {}),
    });
  }
  return items.length === 0 ? undefined : trainPrior(items, (id) => keys.get(id));
}
