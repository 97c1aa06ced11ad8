// For tests: the application over a small benchmark of phantoms, called without a network.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../../../domain/version.ts';
import type { BlobStore } from '../../../storage/blobs.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { openStore, type Store } from '../../../storage/store.ts';
import { type WorkbenchApp, workbenchApp } from '../app.ts';
import type { WorkbenchContext } from '../context.ts';
import { newEvents } from '../events.ts';
import { newLibrary } from '../library/library.ts';

export interface TestWorkbench {
  readonly app: WorkbenchApp;
  readonly context: WorkbenchContext;
  readonly store: Store;
  readonly blobs: BlobStore;
  /** JSON of a reply to the owner, with its status. */
  call(
    path: string,
    init?: { method?: string; body?: unknown },
  ): Promise<{ status: number; json: unknown; text: string }>;
  close(): Promise<void>;
}

const TOKEN = 'test-token';

/** @param command what is run as `overread`; nothing by default */
export async function testWorkbench(options: {
  readonly folders?: readonly string[];
  readonly workFolder?: string;
  readonly passphrase?: string;
  readonly command?: readonly [string, ...string[]];
}): Promise<TestWorkbench> {
  const { folders = [], passphrase } = options;
  const store = await openStore(':memory:');
  const blobs = memoryBlobs();
  const stop = new AbortController();
  const opens = passphrase === undefined ? {} : { passphrase };
  const context = {
    store,
    storeUrl: ':memory:',
    blobs,
    library: newLibrary(store, blobs, { folders, ...opens }),
    events: newEvents(),
    command: options.command ?? [process.execPath, '--version'],
    filesRoot: tmpdir(),
    workFolder: options.workFolder ?? mkdtempSync(join(tmpdir(), 'overread-work-')),
    ...opens,
    allow: [],
    version: VERSION,
    signal: stop.signal,
    onProblem: (error: unknown) => {
      throw error;
    },
  } as unknown as WorkbenchContext;
  const app = workbenchApp({
    context,
    web: tmpdir(),
    token: TOKEN,
    hosts: ['localhost'],
    origins: [],
    personOf: async () => undefined,
    port: 1,
  });
  return {
    app,
    context,
    store,
    blobs,
    async call(path, { method = 'GET', body } = {}) {
      const reply = await app.request(`http://localhost${path}`, {
        method,
        headers: {
          host: 'localhost',
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      const isJson = reply.headers.get('content-type')?.startsWith('application/json') === true;
      return { status: reply.status, json: isJson && text !== '' ? JSON.parse(text) : undefined, text };
    },
    async close() {
      stop.abort();
      await store.close();
    },
  };
}
