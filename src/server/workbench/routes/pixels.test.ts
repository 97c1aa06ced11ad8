import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../domain/run.ts';
import type { Annotation } from '../../../domain/volume.ts';
import { keptSegmenter, openSegmenter } from '../../../experts/segmenter.ts';
import { openAnnotation, openVolume } from '../../../imaging/open.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { openBenchmark } from '../../../questions/benchmark-folder.ts';
import { openCaseAccess } from '../../../tools/case-access.ts';
import { type TestWorkbench, testWorkbench } from '../benchmarks/testing.ts';
import { pixelService } from '../pixels/service.ts';
import { phantomAlong, type StoredBenchmark, scanFile, storedBenchmark } from '../pixels/testing.ts';
import { caseMeasurements } from '../shapes/measurements.ts';
import { scanFacts } from '../shapes/scan.ts';

let bench: StoredBenchmark;
let workbench: TestWorkbench;
let caseId: string;
let base: string;
beforeAll(async () => {
  bench = await storedBenchmark([
    { id: 'one', ...phantomAlong('LPS').render() },
    { id: 'two', annotation: phantomAlong('RAS', 8).render().annotation },
  ]);
  workbench = await testWorkbench({ folders: [bench.path] });
  caseId = bench.caseIds.get('one') ?? '';
  base = `/api/benchmarks/${bench.id}/cases/${caseId}`;
}, 60_000);
afterAll(async () => {
  await pixelService(workbench.context).close();
  await workbench.close();
  rmSync(bench.folder, { recursive: true, force: true });
});

async function ask(path: string): Promise<Response> {
  return workbench.app.request(`http://localhost${path}`, {
    headers: { host: 'localhost', authorization: 'Bearer test-token' },
  });
}
const bytesOf = async (reply: Response) => new Uint8Array(await reply.arrayBuffer());
const facts = async (at = base) => scanFacts.parse(await (await ask(`${at}/scan`)).json());

describe('the address of a slice', () => {
  test('holds a version, so a browser may keep what it gives for ever', async () => {
    const { version, planes } = await facts();
    const slice = await ask(`${base}/slices/${version}/coronal/9`);
    expect(slice.status).toBe(200);
    expect(slice.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(slice.headers.get('x-overread-type')).toBe('int16');
    expect((await bytesOf(slice)).length).toBe(planes.coronal.width * planes.coronal.height * 2);
    const masks = await ask(`${base}/masks/${version}/coronal/9`);
    expect(masks.headers.get('x-overread-type')).toBe('uint8');
  });

  test('of another version, case or benchmark leads nowhere, and a wrong plane or index is said to be wrong', async () => {
    const { version } = await facts();
    const status = async (path: string) => (await ask(path)).status;
    expect(await status(`${base}/slices/${'0'.repeat(32)}/axial/1`)).toBe(404);
    expect(await status(`${base}x/slices/${version}/axial/1`)).toBe(404);
    expect(await status(`/api/benchmarks/${'0'.repeat(16)}/cases/${caseId}/scan`)).toBe(404);
    expect(await status(`/api/runs/nowhere/cases/${caseId}/scan`)).toBe(404);
    for (const wrong of [
      'axial/48',
      'axial/-1',
      'axial/1.5',
      'axial/x',
      'oblique/1',
      'axial/1e1',
      'axial/%00',
    ])
      expect(await status(`${base}/slices/${version}/${wrong}`), wrong).toBe(400);
  });

  test('whatever is asked for, the answer is one of the API’s and no path of this machine is in it', async () => {
    const { version } = await facts();
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '../..',
        '%2e%2e',
        '__proto__',
        'constructor',
        version,
        'axial',
        '3',
        '',
        ' ',
        '\u202e',
      ),
      fc.string({ maxLength: 40 }),
    );
    const where = fc.constantFrom(
      'slices',
      'masks',
      'picture',
      'scan',
      'measurements',
      'volume.nii',
      'labels.nii',
    );
    await fc.assert(
      fc.asyncProperty(where, fc.array(part, { maxLength: 4 }), fc.boolean(), async (what, parts, known) => {
        const at = known ? base : `/api/benchmarks/${bench.id}/cases/${encodeURIComponent(parts[0] ?? '')}`;
        const reply = await ask([at, what, ...parts.map(encodeURIComponent)].join('/'));
        expect([200, 400, 404]).toContain(reply.status);
        if (reply.status === 200) return void (await reply.body?.cancel());
        const text = await reply.text();
        expect(JSON.parse(text)).toMatchObject({ error: { code: expect.any(String) } });
        expect(text).not.toContain(bench.folder);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a picture by its address', () => {
  test('is drawn with window, masks and marks', async () => {
    const mark = { kind: 'ruler', from: [10, 10, 20], to: [30, 20, 20], label: '1 mm' };
    const query = new URLSearchParams({
      level: '-600',
      width: '1500',
      structures: 'liver',
      marks: JSON.stringify([mark]),
    });
    const reply = await ask(`${base}/picture/axial/20.png?${query}`);
    expect(reply.headers.get('content-type')).toBe('image/png');
    const plain = await bytesOf(await ask(`${base}/picture/axial/20.png`));
    expect(Buffer.compare(plain, await bytesOf(reply))).not.toBe(0);
  });

  test('of a window without width, of marks that are none, or of no slice is refused', async () => {
    for (const query of [
      'level=3',
      'level=1&width=0',
      'level=1&width=-4',
      'level=NaN&width=2',
      'marks=%7B%7D',
      'marks=[{"kind":"ruler"}]',
      'marks=not',
      'size=100000',
    ])
      expect((await ask(`${base}/picture/axial/20.png?${query}`)).status, query).toBe(400);
    expect((await ask(`${base}/picture/axial/2000.png`)).status).toBe(400);
    expect((await ask(`${base}/picture/axial/20.jpg`)).status).toBe(400);
  });
});

describe('whole files', () => {
  test('read back, they are the scan and its masks', async () => {
    const { structures } = await facts();
    for (const file of ['volume.nii', 'labels.nii']) {
      const reply = await ask(`${base}/${file}`);
      const body = await bytesOf(reply);
      expect(reply.headers.get('content-length')).toBe(String(body.length));
      writeFileSync(join(bench.folder, file), body);
    }
    const scan = await openVolume(join(bench.folder, 'volume.nii'));
    const wanted = await openVolume(scanFile(bench.folder, 'one'));
    expect(scan.grid).toEqual(wanted.grid);
    expect(Buffer.from(scan.data.buffer, scan.data.byteOffset, scan.data.byteLength)).toEqual(
      Buffer.from(wanted.data.buffer, wanted.data.byteOffset, wanted.data.byteLength),
    );
    const { layers } = await openAnnotation(join(bench.folder, 'labels.nii'));
    const counts = new Map<number, number>();
    for (const value of layers[0].data) counts.set(value, (counts.get(value) ?? 0) + 1);
    // Lesions are the last to be drawn, so that none of their voxels is covered.
    for (const [order, { kind, voxels, structure }] of structures.entries())
      if (kind === 'lesion' && !structure.endsWith('_lesion') && voxels > 0)
        expect(counts.get(order + 1) ?? 0).toBeLessThanOrEqual(voxels);
    const drawn = [...counts].filter(([value]) => value > 0).reduce((sum, [, count]) => sum + count, 0);
    expect(drawn).toBeGreaterThan(0);
  });

  test('a case with masks only has no scan to send', async () => {
    const two = `/api/benchmarks/${bench.id}/cases/${bench.caseIds.get('two')}`;
    expect((await ask(`${two}/volume.nii`)).status).toBe(404);
    expect((await ask(`${two}/labels.nii`)).status).toBe(200);
    expect((await facts(two)).hasImage).toBe(false);
  });
});

test('measurements come with the places where they were taken', async () => {
  const { measurements } = caseMeasurements.parse(await (await ask(`${base}/measurements`)).json());
  expect(measurements.filter(({ focus }) => focus !== null).length).toBeGreaterThan(20);
});

describe('the masks that a run’s reader was given', () => {
  const SEGMENTER = 'noise:sd=12,drop=0.2,false=0.5';
  async function saved(id: string, reader: string, settings: Record<string, unknown>): Promise<string> {
    const { manifest } = await openBenchmark(bench.path);
    const at = '2026-01-01T00:00:00.000Z';
    const run: RunRecord = {
      ...{ id, reader, settings, benchmark: bench.path, benchmarkHash: manifest.contentHash },
      ...{ benchmarkName: manifest.name, format: 'mc', repeats: 1, seed: '0', status: 'done', planned: 1 },
      ...{ resent: 0, createdAt: at, updatedAt: at, version: '0' },
    } as RunRecord;
    await workbench.store.saveRun(run);
    return `/api/runs/${id}/cases/${caseId}`;
  }
  const layerBytes = ({ layers }: Annotation, index: number, size: number) =>
    layers.map(({ data }) => Buffer.from(data.slice(index * size, (index + 1) * size)).toString('hex'));

  test('are the segmenter’s, voxel by voxel as its tools measured them', async () => {
    const segmenter = await openSegmenter(SEGMENTER);
    const at = await saved('noisy', 'executor#predicted', {
      segmenter: SEGMENTER,
      segmenterHash: segmenter.hash,
    });
    const folder = await openBenchmark(bench.path);
    const wanted = await openCaseAccess(folder, caseId, 'predicted', {
      blobs: workbench.blobs,
      segmenter,
    }).annotation?.();
    if (wanted === undefined) throw new Error('The case has masks.');
    const seen = await facts(at);
    expect(seen.version).not.toBe((await facts()).version);
    expect(seen.layers).toBe(wanted.layers.length);
    const { width, height } = seen.planes.axial;
    let different = false;
    for (const index of [10, 20, 30]) {
      const masks = await bytesOf(await ask(`${at}/masks/${seen.version}/axial/${index}`));
      // Stored LPS, so that an axial slice lies in memory as it is shown.
      const shown = Array.from({ length: seen.layers }, (_, layer) =>
        Buffer.from(masks.subarray(layer * width * height, (layer + 1) * width * height)).toString('hex'),
      );
      expect(shown).toEqual(layerBytes(wanted, index, width * height));
      const own = await bytesOf(await ask(`${base}/masks/${(await facts()).version}/axial/${index}`));
      different ||= 0 !== Buffer.compare(Buffer.from(own), Buffer.from(masks.subarray(0, own.length)));
    }
    expect(different).toBe(true);
  });

  test('are taken from where they were kept, when no one could make them again', async () => {
    const noise = await openSegmenter('noise:shift=9');
    const service = { ...noise, hash: 'a'.repeat(64), onDisk: false };
    const folder = await openBenchmark(bench.path);
    const at = await saved('kept', 'executor#predicted', {
      segmenter: 'command',
      segmenterHash: service.hash,
    });
    expect((await ask(`${at}/scan`)).status).toBe(400);
    const kept = keptSegmenter(service, { blobs: workbench.blobs, index: workbench.store });
    await openCaseAccess(folder, caseId, 'predicted', {
      blobs: workbench.blobs,
      segmenter: kept,
    }).annotation?.();
    const seen = await facts(at);
    const volume = (of: typeof seen) =>
      of.structures.find(({ structure }) => structure === 'liver')?.voxels ?? 0;
    expect(volume(seen)).toBeGreaterThan(volume(await facts()));
  });

  test('are the annotated ones of an oracle, and none of who saw pictures only', async () => {
    const oracle = await facts(await saved('oracle', 'executor#oracle', {}));
    expect(oracle.structures).toEqual((await facts()).structures);
    for (const reader of ['random', 'direct@openai/gpt-5', 'person/anna', 'nobody-knows-this-one'])
      expect(await facts(await saved(reader.replace(/\W/g, '-'), reader, {}))).toMatchObject({
        layers: 0,
        hasImage: true,
      });
  });

  test('that came from a folder which the run does not name cannot be shown, and the answer says so', async () => {
    const at = await saved('files', 'executor#predicted', {
      segmenter: 'mask-file',
      segmenterHash: 'b'.repeat(64),
    });
    const reply = await ask(`${at}/scan`);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { message: expect.stringContaining('mask-file') } });
    const version = (await facts()).version;
    expect((await ask(`${at}/slices/${version}/axial/3`)).status).toBe(404);
  });
});

describe('stored bytes', () => {
  test('are shown as the pictures and sounds that they are, and saved when they are anything else', async () => {
    const png = await encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) });
    const of = async (bytes: Uint8Array) => {
      const reply = await ask(`/api/blobs/${await workbench.blobs.put(bytes)}`);
      expect(await bytesOf(reply)).toEqual(new Uint8Array(bytes));
      return [reply.headers.get('content-type'), reply.headers.get('content-disposition') !== null];
    };
    expect(await of(png)).toEqual(['image/png', false]);
    const text = (words: string) => new Uint8Array(Buffer.from(words, 'latin1'));
    expect(await of(text('\xff\xd8\xff\xe0 and more'))).toEqual(['image/jpeg', false]);
    expect(await of(text('RIFF\x10\0\0\0WAVEfmt '))).toEqual(['audio/wav', false]);
    expect(await of(text('RIFF\x10\0\0\0WEBPVP8 '))).toEqual(['image/webp', false]);
    expect(await of(text('ID3\x04 sound'))).toEqual(['audio/mpeg', false]);
    expect(await of(text('\xff\xfb\x90\x64 sound'))).toEqual(['audio/mpeg', false]);
    expect(await of(text('GIF89a'))).toEqual(['image/gif', false]);
    for (const other of [
      '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
      '<html>',
      '',
      '%PDF-1.7',
      'RIFF',
    ])
      expect(await of(text(other))).toEqual(['application/octet-stream', true]);
    expect((await ask(`/api/blobs/${'0'.repeat(64)}`)).status).toBe(404);
    expect((await ask('/api/blobs/..%2f..%2fetc%2fpasswd')).status).toBe(400);
  });
});
