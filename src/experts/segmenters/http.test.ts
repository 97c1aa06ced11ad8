import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { niftiBytes } from '../../imaging/write-nifti.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openStore } from '../../storage/store.ts';
import { directFetch } from '../direct-fetch.ts';
import { ballCase, LIVER_AND_TUMOR, segmenterContract, voxelsOf } from '../segmenter.contract.ts';
import { openSegmenter } from '../segmenter.ts';
import {
  type BytesReply,
  type BytesRequest,
  type BytesServer,
  formOf,
  startBytes,
} from '../testing/bytes-server.ts';
import { storedZip } from '../testing/stored-zip.ts';
import { trustList } from '../trust.ts';

const { volume, annotation } = ballCase(LIVER_AND_TUMOR);
const wanted = voxelsOf(annotation, 'liver');
const labelMap = gzipSync(niftiBytes({ grid: volume.grid, data: annotation.layers[0].data }));
const only = (label: number) =>
  gzipSync(
    niftiBytes({
      grid: volume.grid,
      data: Uint8Array.from(annotation.layers[0].data, (v) => Number(v === label)),
    }),
  );

// /info/ and /infer/MODEL as the server's own endpoints define them.
const INFO = {
  name: 'MONAILabel - Radiology',
  version: '0.8.0',
  labels: ['liver', 'liver_tumor'],
  models: {
    segmentation: { type: 'segmentation', labels: { liver: 1, 'liver tumor': 2 }, dimension: 3 },
    deepgrow_3d: { type: 'deepgrow', labels: [], dimension: 3 },
  },
  datastore: { total: 0, completed: 0 },
};

const servers: BytesServer[] = [];
const serve = async (answer: (request: BytesRequest, count: number) => BytesReply | Promise<BytesReply>) => {
  const server = await startBytes((request, count) =>
    request.method === 'GET' && request.path.endsWith('/health') ? { body: 'ok' } : answer(request, count),
  );
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
const fetchTo = (...allow: string[]) => directFetch(trustList(allow)).fetch;
const open = (server: BytesServer, rest = '', path = '/segment') =>
  openSegmenter(`http:${server.origin}${path},labels=1:liver+2:liver_tumor${rest}`, {
    fetch: fetchTo(server.origin),
  });

/** One server for all of a contract's tests: its address is part of what shapes a result. */
const lasting = startBytes(({ path }) =>
  path === '/info/' ? { body: JSON.stringify(INFO), type: 'application/json' } : { body: labelMap },
);
afterAll(async () => (await lasting).close());
segmenterContract('http', async () => open(await lasting));

describe('a segmenter behind an address', () => {
  it('gets voxels and geometry, and not one byte of text in the header', async () => {
    const server = await serve(() => ({ body: labelMap }));
    const segmenter = await open(server, ',token-env=SEGMENTER_TEST', '/segment?organ=liver');
    process.env.SEGMENTER_TEST = 'abc';
    const found = await segmenter.segment({ volume, seed: 's', patientId: 'Jane Doe', caseId: 'MRN 77' });
    delete process.env.SEGMENTER_TEST;
    expect(voxelsOf(found, 'liver')).toEqual(wanted);
    const [{ path, headers, body }] = server.requests;
    expect(path).toBe('/segment?organ=liver');
    expect(headers.authorization).toBe('Bearer abc');
    expect(JSON.stringify(headers)).not.toMatch(/Jane|MRN/);
    const nifti = gunzipSync(body);
    // descrip (80 characters), aux_file (24) and intent_name (16) of the NIfTI-1 header, and db_name of Analyze.
    for (const [from, to] of [
      [148, 228],
      [228, 252],
      [328, 344],
      [4, 38],
    ])
      expect(nifti.subarray(from, to).every((byte) => byte === 0)).toBe(true);
    expect(nifti.readInt16LE(42)).toBe(60);
  });

  it('reads a label map, a form, and a zip of masks by name', async () => {
    const form = new FormData();
    form.append('params', '{}');
    form.append('image', new Blob([labelMap]), '../../etc/label.nii.gz');
    const sent = new Response(form);
    const formBytes = new Uint8Array(await sent.arrayBuffer());
    const zip = storedZip({
      'out/liver.nii.gz': only(1),
      'out/liver_tumor.nii.gz': only(2),
      'readme.txt': Buffer.from('x'),
    });
    for (const reply of [
      { body: labelMap },
      { body: gunzipSync(labelMap) },
      { body: formBytes, type: sent.headers.get('content-type') ?? '' },
      { body: zip, type: 'application/zip' },
    ]) {
      const found = await (await open(await serve(() => reply))).segment({ volume, seed: 's' });
      expect(voxelsOf(found, 'liver')).toEqual(wanted);
      expect(voxelsOf(found, 'liver_tumor').size).toBe(voxelsOf(annotation, 'liver_tumor').size);
    }
  });

  it('as a form field, under a name that is a hash', async () => {
    const server = await serve(() => ({ body: labelMap }));
    await (await open(server, ',field=scan')).segment({ volume, seed: 's', caseId: 'doe_jane' });
    const file = (await formOf(server.requests[0])).get('scan') as File;
    expect(file.name).toMatch(/^[0-9a-f]{64}\.nii\.gz$/);
    expect(gunzipSync(new Uint8Array(await file.arrayBuffer())).length).toBe(352 + 2 * 60 ** 3);
  });

  it('sends nothing to an address off the trust list, its health address included', async () => {
    const server = await serve(() => ({ body: labelMap }));
    const untrusted = await openSegmenter(`http:${server.origin}/segment,labels=1:liver`, {
      fetch: fetchTo(),
    });
    await expect(untrusted.segment({ volume, seed: 's' })).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
    });
    await expect(untrusted.health?.()).rejects.toMatchObject({ code: 'endpoint-not-trusted' });
    await expect(openSegmenter(`http:${server.origin}/segment,labels=1:liver`)).rejects.toMatchObject({
      code: 'bad-argument',
    });
    expect(server.requests).toEqual([]);
  });

  it('is asked for its health before a run, and says in one sentence what is wrong', async () => {
    const server = await serve(() => ({ body: labelMap }));
    const segmenter = await open(server);
    await segmenter.health?.();
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/segment/health' });
    await server.close();
    servers.splice(0);
    await expect(segmenter.health?.()).rejects.toMatchObject({
      code: 'expert-failed',
      message: `The segmenter at ${server.origin}/segment cannot be reached (ECONNREFUSED): start it, or correct its address.`,
    });
  });

  it('is asked again after a passing failure, not after a lasting one', async () => {
    const busy = await serve((_, count) =>
      count === 1 ? { status: 503, body: 'loading' } : { body: labelMap },
    );
    await (await open(busy)).segment({ volume, seed: 's' });
    expect(busy.requests).toHaveLength(2);
    const broken = await serve(() => ({ status: 500, body: '{"detail":"CUDA out of memory"}' }));
    await expect((await open(broken)).segment({ volume, seed: 's' })).rejects.toMatchObject({
      code: 'expert-failed',
      message: expect.stringContaining('status 500 ({"detail":"CUDA out of memory"})'),
    });
    expect(broken.requests).toHaveLength(1);
  });

  it('is left when it takes too long, or when the run stops', async () => {
    const silent = await serve(() => ({ hang: true }));
    await expect((await open(silent, ',timeout=0.2')).segment({ volume, seed: 's' })).rejects.toMatchObject({
      code: 'expert-failed',
      message: expect.stringContaining('longer than 0.2 s'),
    });
    const signal = AbortSignal.timeout(100);
    await expect((await open(silent)).segment({ volume, seed: 's', signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('names masks that cannot be read as the sender’s fault', async () => {
    for (const body of ['', 'not a mask', labelMap.subarray(0, 500)])
      await expect(
        (await open(await serve(() => ({ body })))).segment({ volume, seed: 's' }),
      ).rejects.toMatchObject({
        code: 'expert-failed',
      });
    const json = await serve(() => ({ body: '{"ok":true}', type: 'application/json' }));
    await expect((await open(json)).segment({ volume, seed: 's' })).rejects.toThrow(/no masks/);
  });

  it('a redirect does not take the scan elsewhere', async () => {
    const there = await serve(() => ({ body: labelMap }));
    const here = await serve(() => ({ status: 307, headers: { location: `${there.origin}/segment` } }));
    await expect((await open(here)).segment({ volume, seed: 's' })).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
    });
    expect(there.requests).toEqual([]);
  });

  it('is asked once per image, and forgotten with the patient', async () => {
    const server = await serve(() => ({ body: labelMap }));
    const store = await openStore(':memory:');
    const deps = { blobs: memoryBlobs(), index: store, fetch: fetchTo(server.origin) };
    const written = `http:${server.origin}/segment,labels=1:liver`;
    for (const _ of [1, 2])
      await (await openSegmenter(written, deps)).segment({ volume, seed: 's', patientId: 'p' });
    expect(server.requests).toHaveLength(1);
    expect(await store.purgePatient('p')).toMatchObject({ cached: 1 });
    await store.close();
  });
});

describe('a MONAI Label server', () => {
  const monai = (reply: BytesReply = { body: labelMap }) =>
    serve(({ path }) =>
      path === '/info/'
        ? { body: JSON.stringify(INFO), type: 'application/json' }
        : path.startsWith('/infer/')
          ? reply
          : { status: 404 },
    );
  const openMonai = (server: BytesServer, rest = '') =>
    openSegmenter(`monai-label:${server.origin}${rest}`, { fetch: fetchTo(server.origin) });

  segmenterContract('monai-label', async () => openMonai(await lasting));

  it('is asked for its models, and sent the scan as a file with its names for labels', async () => {
    const server = await monai();
    const segmenter = await openMonai(server);
    await segmenter.health?.();
    const found = await segmenter.segment({ volume, seed: 's', caseId: 'doe', item: 'jane' });
    expect(voxelsOf(found, 'liver')).toEqual(wanted);
    expect(voxelsOf(found, 'liver_tumor').size).toBeGreaterThan(0);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /info/',
      'POST /infer/segmentation?output=image',
    ]);
    const form = await formOf(server.requests[1]);
    expect((form.get('file') as File).name).toMatch(/^[0-9a-f]{64}\.nii\.gz$/);
    expect(JSON.parse(String(form.get('params')))).toMatchObject({ result_extension: '.nii.gz' });
  });

  it('finds an image of its own datastore by name where that is asked for', async () => {
    const server = await monai();
    await (await openMonai(server, ',image=yes')).segment({ volume, seed: 's', caseId: 'case 1' });
    expect(server.requests[1].path).toBe('/infer/segmentation?image=case+1&output=image');
    expect(server.requests[1].body.length).toBeLessThan(200);
  });

  it('says which models there are when the one named is not', async () => {
    await expect((await openMonai(await monai(), ',model=spleen')).health?.()).rejects.toMatchObject({
      code: 'expert-failed',
      message: expect.stringMatching(/no model "spleen": it has segmentation, deepgrow_3d\.$/),
    });
    const other = await serve(() => ({ body: '<html>', type: 'text/html' }));
    await expect((await openMonai(other)).health?.()).rejects.toThrow(/does not answer \/info\//);
  });
});
