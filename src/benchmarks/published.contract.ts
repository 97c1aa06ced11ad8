// What every published benchmark owes: imported by each plug-in's test, run on the fixture it writes itself.
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { question } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import type { Protocol } from '../domain/report.ts';
import { openData } from '../records/data-root.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { checkData, namePattern } from './data-check.ts';
import { publishedBenchmarks } from './published/registry.generated.ts';
import type { Judge, PublishedBenchmark, PublishedRecord } from './published.ts';
import { questionOf, recordOptions } from './published-source.ts';

export interface PublishedContract<Reference> {
  /** Items of the fixture. Default 24. */
  readonly items?: number;
  /**
   * Texts of the reference that a reader must not see (an answer in words, a key's marker). Leave out what the options
   * show anyway.
   */
  readonly secrets?: (record: PublishedRecord<Reference>) => readonly string[];
  /** Answers the questions of a judge as one would for a right reply. */
  readonly judge?: Judge;
  /** What oracle replies score on the main metric. Default: its best possible value. */
  readonly oracleScores?: (protocol: Protocol, mode: string) => number;
  /** The fixture's pictures may be the same for every seed. Default false. */
  readonly sameForEverySeed?: boolean;
}

const PROTOCOLS: readonly Protocol[] = ['published', 'strict'];
const PICTURE = /\.(?:png|jpe?g|webp|gif|tiff?|bmp|mp4)$/i;

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function bytesHash(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of await filesBelow(folder))
    hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}

/** Registers the tests that any published benchmark must pass. */
export function publishedContract<Reference, Item>(
  plugin: PublishedBenchmark<Reference, Item>,
  { items = 24, secrets, judge, oracleScores, sameForEverySeed = false }: PublishedContract<Reference> = {},
): void {
  const any = plugin as unknown as PublishedBenchmark;
  // The fixture is not the release: sizes and sums of the card do not hold for it.
  const files = plugin.card.files.map(({ bytes: _, md5: __, sha256: ___, ...file }) => file);
  const unsummed: PublishedBenchmark = { ...any, card: { ...any.card, files } };

  describe(`the published benchmark ${plugin.id}`, () => {
    let scratch = '';
    let folder = '';
    let copies = 0;
    let written = 0;
    beforeAll(async () => {
      scratch = await mkdtemp(join(tmpdir(), `published-${plugin.id}-`));
      folder = join(scratch, 'release');
      written = (await plugin.fixture(folder, { items, seed: 'contract' })).items;
    });
    afterAll(() => rm(scratch, { recursive: true, force: true }));

    const copy = async () => {
      const to = join(scratch, `copy-${++copies}`);
      await cp(folder, to, { recursive: true });
      return to;
    };
    const read = async (mode: string, split?: string, from = folder) => {
      const options = recordOptions(any, { mode, seed: '7', ...(split === undefined ? {} : { split }) });
      const found: PublishedRecord<Reference>[] = [];
      for await (const record of plugin.records(await openData(from), options)) found.push(record);
      return found;
    };

    it('is registered under its id and says what it is, where it is and under which terms', () => {
      expect((publishedBenchmarks as Readonly<Record<string, unknown>>)[plugin.id]).toBe(plugin);
      expect(plugin.kind).toBe('benchmark');
      expect(plugin.summary.length).toBeGreaterThan(10);
      expect(plugin.card.licence).not.toBe('');
      expect(plugin.card.getIt.length).toBeGreaterThan(10);
      expect(plugin.card.files.length).toBeGreaterThan(0);
      expect(plugin.modes.length).toBeGreaterThan(0);
      expect(plugin.baselines.length).toBeGreaterThan(0);
      if (plugin.card.format === 'unverified')
        expect(Object.keys(plugin.card.columns ?? {}).length).toBeGreaterThan(0);
    });

    it('writes the same fixture for the same seed, and another for another', async () => {
      const again = join(scratch, 'again');
      await plugin.fixture(again, { items, seed: 'contract' });
      expect(await bytesHash(again)).toBe(await bytesHash(folder));
      const other = join(scratch, 'other');
      await plugin.fixture(other, { items, seed: 'another' });
      if (!sameForEverySeed) expect(await bytesHash(other)).not.toBe(await bytesHash(folder));
    });

    it('checks its own fixture as complete', async () => {
      for (const mode of plugin.modes) {
        const found = await checkData(unsummed, await openData(folder), { mode });
        expect(found.findings.filter(({ level }) => level !== 'remark')).toEqual([]);
        expect(found.complete).toBe(true);
      }
    });

    it.each(
      plugin.modes.map((mode) => [mode]),
    )('mode %s: questions that anybody may see, unique, of several clusters, the same at every reading', async (mode) => {
      const records = await read(mode);
      if (mode === plugin.modes[0]) {
        expect(written).toBeGreaterThanOrEqual(items);
        expect(records).toHaveLength(written);
      }
      expect(new Set(records.map(({ item }) => item.id)).size).toBe(records.length);
      expect(new Set(records.map(({ item }) => item.patientId)).size).toBeGreaterThan(1);
      expect(JSON.stringify(await read(mode))).toBe(JSON.stringify(records));
      const blobs = memoryBlobs();
      for (const record of records) {
        const asked = question.strict().parse(await questionOf(record.item, blobs));
        expect(asked.prompt?.length).toBeGreaterThan(0);
        expect(Object.keys(plugin.card.splits)).toContain(asked.split);
        const seen = JSON.stringify(asked);
        for (const secret of secrets?.(record) ?? []) {
          expect(secret.length).toBeGreaterThan(0);
          expect(seen).not.toContain(JSON.stringify(secret).slice(1, -1));
        }
      }
      for (const facet of plugin.facets)
        expect(
          records.some(({ item }) => facet === 'type' || item.facets?.[facet] !== undefined),
          facet,
        ).toBe(true);
    });

    it('reads each split apart, and all of them together', async () => {
      const mode = plugin.modes[0];
      const all = await read(mode);
      let sum = 0;
      for (const split of Object.keys(plugin.card.splits)) {
        const own = await read(mode, split);
        expect(own.every(({ item }) => item.split === split)).toBe(true);
        sum += own.length;
      }
      expect(sum).toBe(all.length);
    });

    for (const mode of plugin.modes)
      for (const protocol of PROTOCOLS) {
        const options = { protocol, mode, ...(judge === undefined ? {} : { judge }) };

        it(`mode ${mode}, ${protocol}: whoever knows the reference scores best`, async () => {
          const [main, ...rest] = plugin.metrics(protocol, mode);
          expect(new Set([main, ...rest].map(({ id }) => id)).size).toBe(rest.length + 1);
          const measured: Item[] = [];
          for (const record of await read(mode)) {
            const reply = { text: plugin.oracle(record, mode), status: 'answered' as const };
            const { outcome, item } = await plugin.measure(record, reply, options);
            expect(outcome, `${record.item.id}: ${reply.text.slice(0, 200)}`).toBe('scored');
            measured.push(item);
          }
          const best = oracleScores?.(protocol, mode) ?? main.range[main.better === 'higher' ? 1 : 0];
          expect(main.of(measured)).toBeCloseTo(best, 9);
          for (const metric of [main, ...rest]) {
            const value = metric.of(measured);
            if (value === null) continue;
            expect(value, metric.id).toBeGreaterThanOrEqual(metric.range[0]);
            expect(value, metric.id).toBeLessThanOrEqual(metric.range[1]);
          }
          const chance = main.chance?.of(measured) ?? null;
          if (chance !== null) expect(chance).toBeLessThan(1);
        });

        it(`mode ${mode}, ${protocol}: any reply can be measured, and so can none`, async () => {
          const records = await read(mode);
          const rng = random('replies', mode, protocol);
          const noise = () =>
            Array.from({ length: 40 }, () => String.fromCharCode(32 + rng.int(0x2fff))).join('');
          const train = { mostFrequent: () => undefined };
          for (const record of records.slice(0, 6)) {
            for (const text of [
              '',
              '\n',
              '{',
              '[[',
              '\\boxed{',
              '```json\n{',
              '<think>',
              'NaN',
              noise(),
              noise(),
            ]) {
              const { outcome } = await plugin.measure(record, { text, status: 'answered' }, options);
              expect(['scored', 'unparsed', 'refused']).toContain(outcome);
            }
            for (const status of ['failed', 'refused'] as const)
              expect(['failed', 'refused']).toContain(
                (await plugin.measure(record, { text: '', status }, options)).outcome,
              );
          }
          for (const { id, reply } of plugin.baselines) {
            const measured: Item[] = [];
            for (const record of records) {
              const text = reply(record.item, train, () => rng.next());
              measured.push((await plugin.measure(record, { text, status: 'answered' }, options)).item);
            }
            for (const metric of plugin.metrics(protocol, mode)) {
              const value = metric.of(measured);
              expect(value === null || Number.isFinite(value), `${id}: ${metric.id}`).toBe(true);
            }
          }
        });
      }

    it('says which file is missing', async () => {
      const names = await filesBelow(folder);
      for (const { name, required } of plugin.card.files) {
        const pattern = namePattern(name);
        const own = names.filter((file) => pattern.test(file));
        if (required !== false) expect(own.length, `the fixture has no ${name}`).toBeGreaterThan(0);
        if (required === false || own.length === 0) continue;
        const without = await copy();
        for (const file of own) await rm(join(without, file));
        const { complete, findings } = await checkData(unsummed, await openData(without));
        expect(complete).toBe(false);
        expect(findings.map(({ level, message }) => `${level} ${message}`).join('\n')).toContain(
          `missing ${name}`,
        );
      }
    });

    it('meets empty, cut and foreign files with errors that say what to do', async () => {
      for (const name of (await filesBelow(folder)).filter((file) => !PICTURE.test(file))) {
        const whole = await readFile(join(folder, name));
        const rng = random('garbage', name);
        const damages: readonly (readonly [string, Uint8Array])[] = [
          ['empty', new Uint8Array()],
          ['cut', whole.subarray(0, Math.floor(whole.length * 0.47))],
          ['foreign', Uint8Array.from({ length: 700 }, () => rng.int(256))],
        ];
        for (const [damage, bytes] of damages) {
          const bad = await copy();
          await writeFile(join(bad, name), bytes);
          const checks = [];
          for (const mode of plugin.modes)
            checks.push(await checkData(unsummed, await openData(bad), { mode }));
          const isListed = plugin.card.files.some(
            (file) => file.required !== false && namePattern(file.name).test(name),
          );
          // A file may belong to one of the modes only.
          if (damage === 'foreign' && isListed)
            expect(
              checks.some(({ complete }) => !complete),
              `${damage} ${name}`,
            ).toBe(true);
          for (const mode of plugin.modes)
            await read(mode, undefined, bad).catch((error: unknown) => {
              if (!OverreadError.isInstance(error)) throw error;
              expect(error.message.length).toBeGreaterThan(10);
            });
        }
      }
    });
  });
}
