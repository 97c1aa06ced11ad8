import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { CaseSelection } from './case-reader.ts';
import { readCases } from './worker-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-pool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const selection: CaseSelection = {
  source: folder,
  layout: 'pair',
  seed: '0',
  secret: 'secret',
  rules: 'strict',
  criteria: 'guideline',
  options: {},
  splits: { train: 1, validation: 0, test: 0 },
};

const items = ['a', 'b', 'bad', 'c', 'd', 'bad', 'e'];

/** What becomes of the items when "bad" does this to its thread. */
async function outcomes(harm: string, given: CaseSelection = selection): Promise<string[]> {
  const program = join(folder, `worker-${harm.length}.mjs`);
  writeFileSync(
    program,
    `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', async (item) => {
      if (item === 'bad') { ${harm} }
      parentPort.postMessage({ item, result: item });
    });`,
  );
  return collected(program, given);
}

async function collected(program: string, given: CaseSelection): Promise<string[]> {
  const found: string[] = [];
  for await (const outcome of readCases(items, given, 2, undefined, pathToFileURL(program)))
    found.push('failure' in outcome ? `${outcome.item}: ${outcome.failure.code}` : outcome.item);
  return found;
}

const others = ['a', 'b', 'bad: internal', 'c', 'd', 'bad: internal', 'e'];

describe('threads that read cases', () => {
  it('a thread that throws or leaves costs its own case only', async () => {
    expect(await outcomes('throw new Error("broken");')).toEqual(others);
    expect(await outcomes('process.exit(3);')).toEqual(others);
  });
  it('work that is lost in a thread ends it instead of being waited for', async () => {
    const lost = 'parentPort.unref(); await new Promise(() => {});';
    expect(await outcomes(lost)).toEqual(others);
  });
  it('a reply that cannot be sent is a failure', async () => {
    expect(await outcomes('parentPort.postMessage(() => item);')).toEqual(others);
  });
  it('a program that does not load fails every case, and so does a selection that cannot be sent', async () => {
    const broken = join(folder, 'broken.mjs');
    writeFileSync(broken, 'import "./not-there.mjs";');
    const every = items.map((item) => `${item}: internal`);
    expect(await collected(broken, selection)).toEqual(every);
    const unsendable = { ...selection, options: { f: () => 1 } } as unknown as CaseSelection;
    expect(await outcomes('', unsendable)).toEqual(every);
  });
  it('when the caller leaves in the middle, no thread stays or starts', async () => {
    const program = join(folder, 'slow.mjs');
    writeFileSync(
      program,
      `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', (item) => {
        if (item === 'a') parentPort.postMessage({ item, result: item });
      });`,
    );
    const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = threads();
    for await (const _ of readCases(items, selection, 2, undefined, pathToFileURL(program))) break;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(threads()).toBeLessThanOrEqual(before);
  });
  it('the real program answers for a source without cases', async () => {
    const found: string[] = [];
    for await (const outcome of readCases(['a', 'b'], selection, 2))
      found.push('failure' in outcome ? outcome.failure.code : outcome.item);
    expect(found).toEqual(['layout-unknown', 'layout-unknown']);
  });
});
