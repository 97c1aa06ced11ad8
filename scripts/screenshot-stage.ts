// What the pictures of the docs show: a demo, runs of a simulated model with confidence and cost, and a reading study.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatedReader } from '../src/experts/testing/simulated-reader.ts';
import { openBenchmark } from '../src/questions/benchmark-folder.ts';
import { openKeys } from '../src/questions/keys.ts';
import { openStore } from '../src/storage/store.ts';
import { call, command, type Served, serveFolder } from '../test/workbench/served.ts';

export interface Stage {
  readonly served: Served;
  readonly benchmark: string;
  readonly caseId: string;
  /** Runs by reader, newest of each. */
  readonly runs: ReadonlyMap<string, string>;
  /** A wrong read of `executor#predicted` whose chain measures something. */
  readonly wrong: string;
  readonly study: string;
  readonly readerToken: string;
  readonly reviewerToken: string;
  close(): Promise<void>;
}

/** How often the simulated model is right: it knows the keys, which no reader may, and says so nowhere but here. */
const RIGHT = 0.62;

export async function setTheStage(cases: number): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'overread-stage-'));
  await command(['demo', '--out', folder, '--cases', String(cases)]);
  const path = join(folder, 'benchmark');
  await readWithModel(folder, path);
  const store = await openStore(join(folder, 'overread.db'));
  const plain = (await store.runs()).filter(({ settings }) => settings.ladder === undefined);
  const runs = new Map(plain.toReversed().map(({ reader, id }) => [reader, id]));
  await store.close();
  const served = await serveFolder(folder);
  const owner = async <T>(address: string, body?: unknown): Promise<T> => {
    const reply = await call(
      served,
      served.token,
      address,
      body === undefined ? {} : { method: 'POST', body },
    );
    if (!reply.ok) throw new Error(`${address}: ${await reply.text()}`);
    return (await reply.json()) as T;
  };
  const { manifest, cases: records } = await openBenchmark(path);
  const benchmark = manifest.contentHash.slice(0, 16);
  const predicted = runs.get('executor#predicted') ?? '';
  const wrong = await owner<{ rows: { questionId: string }[] }>(
    `/api/runs/${predicted}/reads?outcome=wrong&stage=visual-reasoning,measurement`,
  );
  const study = await readingStudy(owner, served, benchmark);
  return {
    served,
    benchmark,
    caseId: records.keys().next().value ?? '',
    runs,
    wrong: wrong.rows[0].questionId,
    ...study,
    close: () => served.close(),
  };
}

async function readWithModel(folder: string, path: string): Promise<void> {
  const benchmark = await openBenchmark(path);
  const keys = await openKeys(path);
  const items: { words: readonly string[]; letter: string; letters: string[] }[] = [];
  for await (const { id, text, options } of benchmark.eachQuestion())
    items.push({
      words: [text, ...options.map((option) => option.text)],
      letter: keys.get(id)?.letter ?? 'A',
      letters: options.map(({ letter }) => letter),
    });
  const server = await startSimulatedReader({
    seed: 'stage',
    record: false,
    answer({ asked }, random) {
      // Cases ask the same words with other options: where even these agree, one of them is taken.
      const found = items.find(({ words }) => words.every((word) => asked.includes(word)));
      const letters = found?.letters ?? ['A', 'B'];
      const right = random.next() < RIGHT;
      const confidence = Math.min(0.99, Math.max(0.2, (right ? 0.75 : 0.6) + 0.2 * (random.next() - 0.5)));
      const letter = right ? (found?.letter ?? 'A') : letters[random.int(letters.length)];
      return `Looking at the slices, the best option is ${letter}.\nAnswer: ${letter}\nConfidence: ${confidence.toFixed(2)}`;
    },
  });
  const shared = [
    ...[
      '--store',
      join(folder, 'overread.db'),
      '--base-url',
      server.url,
      '--allow',
      new URL(server.url).origin,
    ],
    ...['--price', 'compatible/simulated=0.5,2', '--confidence'],
  ];
  try {
    await command([
      'run',
      path,
      '--reader',
      'compatible/simulated',
      'text-only@compatible/simulated',
      ...shared,
    ]);
    await command(['run', path, '--reader', 'compatible/simulated', '--ladder', '--limit', '200', ...shared]);
  } finally {
    await server.close();
  }
}

type Owner = <T>(address: string, body?: unknown) => Promise<T>;

async function readingStudy(
  owner: Owner,
  served: Served,
  benchmark: string,
): Promise<Pick<Stage, 'study' | 'readerToken' | 'reviewerToken'>> {
  const person = (name: string, role: string) =>
    owner<{ person: { id: string }; token: string }>('/api/room/people', { name, role });
  const readers = [await person('Reader A', 'reader'), await person('Reader B', 'reader')];
  const reviewer = await person('Reviewer', 'reviewer');
  const { id } = await owner<{ id: string }>('/api/room/studies', {
    title: 'Pilot: liver and kidney lesions',
    questions: {
      benchmark,
      limit: 40,
      types: [
        'liver-lesion-existence',
        'kidney-lesion-existence',
        'kidney-cyst-existence',
        'lesion-counting',
      ],
    },
    arms: [{ name: 'alone', label: 'Without help' }],
    adjudication: {},
    instructions: 'Answer from the scan alone. You can stop at any moment and go on later.',
    readers: readers.map((each) => each.person.id),
    reviewers: [reviewer.person.id],
  });
  for (const [r, { token }] of readers.entries()) await readSome(served, token, r === 0 ? 40 : 24, r);
  // Reader B is under way: its next question is the picture of the reading page.
  return { study: id, readerToken: readers[1].token, reviewerToken: reviewer.token };
}

async function readSome(served: Served, token: string, most: number, salt: number): Promise<void> {
  const mine = async <T>(address: string, body?: unknown): Promise<T> =>
    (
      await call(served, token, address, body === undefined ? {} : { method: 'POST', body })
    ).json() as Promise<T>;
  const { worklists } = await mine<{ worklists: { id: string; planned: number }[] }>(
    '/api/reading/worklists',
  );
  const [{ id, planned }] = worklists;
  for (let position = 0; position < Math.min(most, planned); position++) {
    const item = await mine<{ wanted: { kind: string; options?: { letter: string }[] } }>(
      `/api/reading/${id}/items/${position}`,
    );
    const letters = item.wanted.options?.map(({ letter }) => letter) ?? ['A'];
    await mine(`/api/reading/${id}/items/${position}/answer`, {
      answer: { kind: 'choice', letter: letters[(position * 7 + salt * (position % 3)) % letters.length] },
      confidence: 0.5 + 0.1 * ((position + salt) % 5),
      activeMilliseconds: 4000 + 700 * (position % 6),
    });
  }
}
