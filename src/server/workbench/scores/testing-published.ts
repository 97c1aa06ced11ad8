// For tests: a run over a published benchmark's own fixture, with right and wrong replies.
import { publishedPlugin } from '../../../benchmarks/published-plugins.ts';
import { openPublished, recordOptions } from '../../../benchmarks/published-source.ts';
import { random } from '../../../domain/random.ts';
import { emptyOutcome } from '../../../domain/read.ts';
import type { Reader } from '../../../domain/reader.ts';
import { openData } from '../../../records/data-root.ts';
import { executeRun } from '../../../runs/engine.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import type { Store } from '../../../storage/store.ts';

/** Writes the fixture to `folder`, reads it by a script that knows about half of it; the run's id. */
export async function pathvqaRun(folder: string, store: Store): Promise<string> {
  const plugin = publishedPlugin('pathvqa');
  await plugin.fixture(folder, { items: 30, seed: '1' });
  const data = await openData(folder);
  const options = recordOptions(plugin, { seed: '0' });
  const replies = new Map<string, string>();
  for await (const record of plugin.records(data, options))
    replies.set(record.item.id, plugin.oracle(record, options.mode));
  const source = await openPublished(plugin, data, memoryBlobs(), { seed: '0' });
  const reader: Reader = {
    name: 'half',
    capabilities: { formats: ['mc', 'free'], needsImage: false, needsMasks: false },
    read: async ({ question }) => ({
      ...emptyOutcome(),
      status: 'answered',
      raw: random('half', question.id).next() < 0.5 ? (replies.get(question.id) ?? '') : 'something else',
    }),
  };
  const { runId } = await executeRun({
    benchmark: source,
    reader,
    store,
    openCase: async () => undefined,
    settings: {
      release: { benchmark: plugin.id, mode: options.mode, split: null, columns: {}, seed: '0' },
    },
  });
  return runId;
}
