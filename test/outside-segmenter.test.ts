// The real command with masks of a segmenter behind an address: asked for its health, once per scan, off the trust list never.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BytesServer, startBytes } from '../src/experts/testing/bytes-server.ts';

const bin = fileURLToPath(new URL('../bin/overread.js', import.meta.url));
const CASES = 2;
let folder: string;
let server: BytesServer;

function overread(args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd: folder, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

/** Everything above 0 HU is liver: a label map on the grid of the NIfTI that came, whose header tells its voxel type. */
function liverOf(sent: Buffer): Buffer {
  const scan = gunzipSync(sent);
  const [type, bits] = [scan.readInt16LE(70), scan.readInt16LE(72)];
  const voxels = (scan.length - 352) / (bits / 8);
  const reply = Buffer.alloc(352 + voxels);
  scan.copy(reply, 0, 0, 352);
  reply.writeInt16LE(2, 70);
  reply.writeInt16LE(8, 72);
  for (let at = 0; at < voxels; at++) {
    const value = type === 16 ? scan.readFloatLE(352 + at * 4) : scan.readInt16LE(352 + at * 2);
    reply[352 + at] = value > 0 ? 1 : 0;
  }
  return gzipSync(reply);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'overread-outside-'));
  server = await startBytes(({ method, body }) =>
    method === 'GET' ? { body: 'ok' } : { body: liverOf(body) },
  );
  await overread(['demo', '--out', 'demo', '--cases', String(CASES), '--seed', '5']);
}, 120_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...rest: string[]) =>
  overread([
    ...['run', 'demo/benchmark', '--reader', 'executor#predicted', '--store', 's.db', '--json'],
    ...['--segmenter', `http:${server.origin}/segment,labels=1:liver`, ...rest],
  ]);

describe('a segmenter behind an address, in a run', () => {
  it('is not contacted off the trust list', async () => {
    const { status, stderr } = await run();
    expect(status).toBe(2);
    expect(stderr).toContain('is not on the trust list, so nothing was sent');
    expect(server.requests).toEqual([]);
  });

  it('is asked for its health, then once for each scan, and never again', { timeout: 120_000 }, async () => {
    expect(await run('--allow', server.origin)).toMatchObject({ status: 0 });
    const asked = server.requests.map(({ method, path }) => `${method} ${path}`);
    expect(asked[0]).toBe('GET /segment/health');
    expect(asked.filter((each) => each === 'POST /segment')).toHaveLength(CASES);
    expect(await run('--allow', server.origin)).toMatchObject({ status: 0 });
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(CASES);
  });

  it('that is down stops the run before its first question, with a sentence', async () => {
    const { status, stderr } = await overread([
      ...['run', 'demo/benchmark', '--reader', 'executor#predicted', '--store', 's.db'],
      ...['--segmenter', 'http:http://127.0.0.1:9/segment,labels=1:liver', '--allow', 'http://127.0.0.1:9'],
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain(
      'The segmenter at http://127.0.0.1:9/segment cannot be reached (ECONNREFUSED): start it',
    );
  });
});
