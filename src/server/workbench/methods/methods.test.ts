import { mkdtempSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { allMethods } from '../../../studies/all-methods.ts';
import { type TestWorkbench, testWorkbench } from '../benchmarks/testing.ts';
import { checkList, type MethodCheck, methodList } from '../shapes/methods.ts';

const overread = fileURLToPath(new URL('../../../../bin/overread.js', import.meta.url));
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function workbench(
  command: readonly [string, ...string[]],
  workFolder = tmp(),
): Promise<TestWorkbench> {
  const bench = await testWorkbench({ command, workFolder });
  open.push(async () => {
    await bench.close();
    await rm(workFolder, { recursive: true, force: true });
  });
  return bench;
}
const tmp = () => mkdtempSync(join(tmpdir(), 'overread-methods-'));

/** A program that stands for `overread`: lists two methods, and ends a check as the test wants. */
async function standIn(folder: string, check: string): Promise<readonly [string, string]> {
  const file = join(folder, 'stand-in.mjs');
  const method = (id: string) => ({
    ...{ id, kind: 'study', summary: '', paper: { title: 'T' }, alsoPapers: [], command: `overread ${id}` },
    ...{ needs: [], groups: [], tasks: [], modalities: [], metrics: [] },
  });
  const methods = JSON.stringify([method('good'), method('slow')]);
  await writeFile(
    file,
    `const [what, id] = process.argv.slice(2);
     if (what === 'methods') console.log(${JSON.stringify(methods)});
     else if (id === 'slow') setTimeout(() => {}, 60_000);
     else { ${check} }`,
  );
  return [process.execPath, file];
}

async function ended(bench: TestWorkbench, id: string): Promise<MethodCheck> {
  for (let n = 0; n < 400; n++) {
    const { checks } = checkList.parse((await bench.call('/api/checks')).json);
    const found = checks.find((one) => one.id === id && !['waiting', 'running'].includes(one.status));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`The check of ${id} did not end.`);
}

const RESULT = {
  ...{ method: 'good', passed: false, baseline: { name: 'chance', value: 0.5 }, seconds: 1 },
  ...{ result: { name: 'the method', value: 0.4 }, ci95: [0.3, 0.5] },
};

describe('the catalogue', () => {
  test('has every method of the registry, each with its paper and command', async () => {
    const bench = await workbench([process.execPath, overread]);
    const { methods } = methodList.parse((await bench.call('/api/methods')).json);
    const all = await allMethods();
    expect(methods.map(({ id, kind, command }) => ({ id, kind, command }))).toEqual(
      all.map(({ id, kind, command }) => ({ id, kind, command })),
    );
    expect(methods.every(({ paper }) => paper.title !== '')).toBe(true);
  }, 30_000);
});

describe('a check', () => {
  test('that does not pass shows its numbers, and they are there again after a restart', async () => {
    const folder = tmp();
    const command = await standIn(
      folder,
      `console.log(${JSON.stringify(JSON.stringify([RESULT]))}); process.exitCode = 1;`,
    );
    const first = await workbench(command, folder);
    expect((await first.call('/api/methods/good/check', { method: 'POST' })).status).toBe(202);
    const check = await ended(first, 'good');
    expect(check).toMatchObject({ status: 'done', seed: '0', results: [RESULT] });
    const again = await testWorkbench({ command, workFolder: folder });
    expect(checkList.parse((await again.call('/api/checks')).json).checks).toEqual([check]);
    await again.close();
    expect(JSON.parse(readFileSync(join(folder, 'checks', 'good.json'), 'utf8')).version).toBe(check.version);
  });

  test('that breaks off says why in the sentence of the command', async () => {
    const folder = tmp();
    const bench = await workbench(
      await standIn(
        folder,
        `console.error('overread: The model file is missing: get it.'); process.exitCode = 1;`,
      ),
      folder,
    );
    await bench.call('/api/methods/good/check', { method: 'POST' });
    expect(await ended(bench, 'good')).toMatchObject({
      ...{ status: 'failed', problem: 'The model file is missing: get it.', results: [] },
    });
  });

  test('waits for the one before it, and either can be stopped', async () => {
    const folder = tmp();
    const bench = await workbench(await standIn(folder, ''), folder);
    await bench.call('/api/methods/slow/check', { method: 'POST' });
    await bench.call('/api/methods/good/check', { method: 'POST' });
    const { checks } = checkList.parse((await bench.call('/api/checks')).json);
    expect(checks.map(({ id, status }) => [id, status])).toEqual([
      ['good', 'waiting'],
      ['slow', 'running'],
    ]);
    expect((await bench.call('/api/methods/slow/check', { method: 'DELETE' })).status).toBe(204);
    expect((await ended(bench, 'good')).status).toBe('failed');
    expect((await bench.call('/api/methods/slow/check', { method: 'DELETE' })).status).toBe(404);
    expect((await bench.call('/api/methods/unheard-of/check', { method: 'POST' })).status).toBe(404);
    expect((await bench.call('/api/methods/--help/check', { method: 'POST' })).status).toBe(400);
  });
});
