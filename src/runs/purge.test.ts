// After a purge nothing of a patient is left in a store, whoever else's reads showed it.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReader } from '../agents/create-reader.ts';
import { scriptedModel } from '../agents/testing.ts';
import type { Read } from '../domain/read.ts';
import { openSegmenter } from '../experts/segmenter.ts';
import { type BenchmarkFolder, openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { fileBlobs } from '../storage/blobs.ts';
import { openStore } from '../storage/store.ts';
import { caseOpener } from '../tools/case-access.ts';
import { executeRun } from './engine.ts';
import { executeLadder } from './ladder-run.ts';
import { otherCases } from './other-cases.ts';
import { type PhantomBenchmark, phantomBenchmark } from './testing/phantom-benchmark.ts';

let phantoms: PhantomBenchmark;
let benchmark: BenchmarkFolder;
beforeAll(async () => {
  phantoms = await phantomBenchmark({ seed: 11, cases: 3, perCase: 8 });
  benchmark = await openBenchmark(phantoms.benchmark);
});
afterAll(() => rmSync(phantoms.folder, { recursive: true, force: true }));

const IMAGES = { strategy: 'montage', maxImages: 1, maxPixels: 128 * 128, maxBytes: 1e6 } as const;

describe('purging a patient', () => {
  it('removes reads, replies, masks and pictures, those that controls and twins showed included', async () => {
    const path = join(phantoms.folder, 'store.db');
    const store = await openStore(path);
    const blobs = fileBlobs(join(phantoms.folder, 'blobs'));
    const model = await scriptedModel({ answer: () => ({ text: 'A' }) }, { blobs }, { store });
    const segmenter = await openSegmenter('noise:sd=1', { blobs, index: store });
    const options = { blobs, segmenter, cache: store };
    const run = async (name: string) => ({
      benchmark,
      store,
      openCase: caseOpener(benchmark, options),
      reader: await createReader(name, {
        ...model.deps,
        others: otherCases(benchmark, options),
        imageBudget: IMAGES,
      }),
    });
    const runs: string[] = [];
    for (const name of ['wrong-patient@compatible/m', 'executor-shuffled#oracle', 'executor#predicted'])
      runs.push((await executeRun(await run(name))).runId);
    const keys = await openKeys(phantoms.benchmark);
    runs.push((await executeLadder({ ...(await run('text-only@compatible/m')), keys })).runId);
    const reads: Read[] = [];
    for (const id of runs) for await (const read of store.reads(id)) reads.push(read);

    const [gone] = new Set([...benchmark.cases.values()].map(({ patientId }) => patientId));
    const statements = new Map<string, Set<string>>();
    for (const { id, patientId } of await benchmark.questions())
      for (const { statement, primitive } of keys.get(id)?.evidence ?? [])
        if (primitive !== 'knowledge')
          statements.set(statement, (statements.get(statement) ?? new Set()).add(patientId));
    const only = [...statements].filter(([, whose]) => whose.size === 1 && whose.has(gone));
    const pictures = reads.filter((read) => read.picturesOf === gone).flatMap(imagesOf);
    const bytes = () =>
      [path, `${path}-wal`]
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8'))
        .join('');
    const told = only.map(([statement]) => statement).filter((statement) => bytes().includes(statement));
    expect(told.length).toBeGreaterThan(0);
    expect(pictures.length).toBeGreaterThan(0);
    expect(
      reads.some((read) => read.patientId !== gone && read.toolCalls.length > 0 && shows(read, gone)),
    ).toBe(true);

    const purged = await store.purgePatient(gone);
    for (const hash of purged.blobs) await blobs.delete(hash);
    const touching = reads.filter((read) => read.patientId === gone || shows(read, gone));
    expect(purged.reads).toBe(touching.length);
    expect(purged.reads).toBeLessThan(reads.length);
    const left = bytes();
    expect([gone, ...told, ...pictures].filter((trace) => left.includes(trace))).toEqual([]);
    for (const hash of pictures) expect(await blobs.has(hash)).toBe(false);
    // Nobody else's pictures went with them.
    for await (const read of store.reads(runs[0]))
      for (const hash of imagesOf(read)) expect(await blobs.has(hash)).toBe(true);
    await store.close();
    await model.close();
  });
});

function imagesOf(read: Read): string[] {
  return read.transcript.flatMap((entry) => entry.images ?? []);
}

function shows(read: Read, patient: string): boolean {
  return read.alsoOf?.includes(patient) === true;
}
