// What every optimiser owes: imported by the test of all of them, run on readers that answer at once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import vqaRad from '../../benchmarks/published/vqa-rad.ts';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { recordOptions } from '../../benchmarks/published-source.ts';
import { random } from '../../domain/random.ts';
import { emptyOutcome } from '../../domain/read.ts';
import type { Reader, ReadTask } from '../../domain/reader.ts';
import type { ChatModel } from '../../experts/chat-model.ts';
import { openData } from '../../records/data-root.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { collectRecords, loadItems } from '../ask-items.ts';
import { createLedger } from './ledger.ts';
import { objectiveOf, type StudyItem, studyItems } from './objective.ts';
import { type Candidate, type Found, type Optimiser, search } from './search.ts';

type Answering = 'right' | 'wrong' | 'by its prompt' | 'not at all';
type Proposing = 'advice' | 'nothing' | 'the same';

const plugin = vqaRad as unknown as PublishedBenchmark;
const measuring = { plugin, mode: 'open', protocol: 'strict' } as const;
const objective = objectiveOf(measuring);

/** Registers the tests that any optimiser must pass. */
export function optimiserContract(optimiser: Optimiser): void {
  describe(`the optimiser ${optimiser.id}`, () => {
    let folder = '';
    let items: StudyItem[] = [];
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'optimiser-'));
      await plugin.fixture(folder, { items: 40, seed: optimiser.id });
      const records = await collectRecords(plugin, await openData(folder), recordOptions(plugin, {}));
      items = await studyItems(await loadItems(records, memoryBlobs()), measuring);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    async function run(
      answering: Answering,
      { calls = 150, maxDemos = 3, proposing = 'advice' as Proposing, seed = '1' } = {},
    ) {
      const [train, validation] = [items.slice(0, 24), items.slice(24)];
      const read: ReadTask[] = [];
      const requests: string[] = [];
      const oracle = new Map(items.map((item) => [item.question.id, item.oracle]));
      const reader = (warm: boolean): Reader => ({
        name: 'scripted',
        capabilities: { formats: ['mc', 'free'], needsImage: false, needsMasks: false },
        async read(task) {
          read.push(task);
          if (answering === 'not at all')
            return { ...emptyOutcome(), status: 'failed', reason: 'The server is down.' };
          const prompt = JSON.stringify(task.question.prompt);
          const chance = (prompt.match(/Hint/g) ?? []).length * 0.25 + (task.demonstrated ?? []).length * 0.1;
          const luck = random(warm ? task.seed : '', task.question.id, prompt).next();
          const right = answering === 'right' || (answering === 'by its prompt' && luck < 0.2 + chance);
          const raw = right ? (oracle.get(task.question.id) ?? '') : 'no idea at all';
          return { ...emptyOutcome(), status: 'answered', raw };
        },
      });
      const proposer = {
        async doGenerate({ prompt }: Parameters<ChatModel['doGenerate']>[0]) {
          requests.push(JSON.stringify(prompt));
          const text = { advice: `Hint ${requests.length}.`, nothing: '', 'the same': 'Hint.' }[proposing];
          return {
            content: [{ type: 'text', text: `<instruction>${text}</instruction>` }],
            finishReason: { unified: 'stop', raw: 'stop' },
            usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
            warnings: [],
          };
        },
      } as unknown as ChatModel;
      const ledger = createLedger({
        calls,
        objective,
        asking: { ...measuring, seed, signal: new AbortController().signal },
        reader: reader(false),
        warm: reader(true),
        proposer,
      });
      let pool: readonly Candidate[] = [];
      const watched: Optimiser = {
        ...optimiser,
        search(task) {
          pool = task.pool();
          return optimiser.search({
            ...task,
            async validate(prompt) {
              const candidate = await task.validate(prompt);
              pool = task.pool();
              return candidate;
            },
          });
        },
      };
      const base = { instruction: '', demos: [] };
      const rng = random(seed, 'contract');
      const found: Found = await search(watched, {
        base,
        train,
        validation,
        maxDemos,
        objective,
        ledger,
        rng,
      });
      return { found, pool, ledger, read, requests, train, validation };
    }

    it('stays within its calls, counts what was sent, and reads whole validations only', async () => {
      for (const calls of [40, 150, 400]) {
        const { ledger, read, requests, pool, validation, found } = await run('by its prompt', { calls });
        const spent = ledger.spent();
        expect(spent.calls).toBeLessThanOrEqual(calls);
        expect(spent).toMatchObject({ reads: read.length, proposals: requests.length });
        expect(spent.inputTokens).toBe(requests.length);
        for (const { trials } of pool)
          expect(trials.map(({ item }) => item.question.id)).toEqual(
            validation.map(({ question }) => question.id),
          );
        expect(found.best.value).toBe(Math.max(...pool.map(({ value }) => value)));
      }
    });

    it('shows training items only, at most as many as it may, of different clusters', async () => {
      const { pool, read, requests, train, validation } = await run('by its prompt', {
        calls: 400,
        maxDemos: 2,
      });
      const own = new Set(train.map(({ question }) => question.id));
      for (const { prompt } of pool) {
        expect(prompt.demos.length).toBeLessThanOrEqual(2);
        for (const { questionId } of prompt.demos) expect(own).toContain(questionId);
        expect(new Set(prompt.demos.map(({ patientId }) => patientId)).size).toBe(prompt.demos.length);
      }
      const untold = validation.map(({ question }) => question.patientId);
      for (const { demonstrated = [], question } of read)
        for (const { patientId } of demonstrated) {
          expect(untold).not.toContain(patientId);
          expect(patientId).not.toBe(question.patientId);
        }
      // The fixture's questions are alike; its pictures are not, and no request holds one.
      for (const request of requests) expect(request).not.toMatch(/overread-blob|data:image/);
    });

    it('does the same for the same seed', async () => {
      const said = async (seed: string) =>
        (await run('by its prompt', { seed })).pool.map(({ prompt }) => prompt);
      expect(await said('7')).toEqual(await said('7'));
    });

    it('does not search where nothing can be read, and says why', async () => {
      await expect(run('not at all')).rejects.toMatchObject({
        code: 'provider-failed',
        message: 'No validation item could be read, so there is nothing to improve: The server is down.',
      });
    });

    it.each<[string, Answering, Parameters<typeof run>[1]]>([
      ['a model that is always right', 'right', {}],
      ['a model that is always wrong', 'wrong', {}],
      ['proposals without words', 'by its prompt', { proposing: 'nothing' }],
      ['proposals that repeat themselves', 'by its prompt', { proposing: 'the same' }],
      ['no examples allowed', 'by its prompt', { maxDemos: 0 }],
    ])('ends on %s', async (_, answering, options) => {
      const { found, ledger } = await run(answering, { calls: 300, ...options });
      expect(ledger.left()).toBeGreaterThanOrEqual(0);
      expect(found.best.value).toBeGreaterThanOrEqual(found.base.value);
      if (answering !== 'by its prompt') expect(found.best).toBe(found.base);
      if (options?.maxDemos === 0) expect(found.best.prompt.demos).toEqual([]);
    });
  });
}
