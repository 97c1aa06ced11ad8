// Serves the workbench on this machine: opens the store, makes the application, listens.
import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import type { Hono } from 'hono';
import { OverreadError } from '../../domain/errors.ts';
import { VERSION } from '../../domain/version.ts';
import { listen } from '../../environment/listen.ts';
import { readManifest } from '../../questions/benchmark-folder.ts';
import { fileBlobs } from '../../storage/blobs.ts';
import { openStore } from '../../storage/store.ts';
import { localHosts } from '../mcp/door.ts';
import { checkToken, newToken } from './access.ts';
import { workbenchApp } from './app.ts';
import { webFolder } from './assets.ts';
import type { WorkbenchContext } from './context.ts';
import { newEvents } from './events.ts';
import { builtBefore } from './jobs/built-before.ts';
import { newJobs } from './jobs/jobs.ts';
import { newLibrary } from './library/library.ts';
import { roomOf } from './room/room.ts';

export interface WorkbenchOptions {
  /** Path of the store; made where there is none. */
  readonly store: string;
  /** Folder of the store's blobs. */
  readonly blobsFolder: string;
  /** Folder of the workbench's own files. */
  readonly workFolder: string;
  /** How `overread` is started as a process of its own. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Benchmark folders that are shown whether a run read them or not. */
  readonly benchmarks?: readonly string[];
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Names by which browsers may call it, NAME:PORT, beside those of this machine. */
  readonly hosts?: readonly string[];
  /** Default: a new one. */
  readonly token?: string;
  readonly filesRoot: string;
  readonly allow?: readonly string[];
  /** Server behind compatible/MODEL in runs begun here. */
  readonly baseUrl?: string;
  readonly passphrase?: string;
  readonly web?: string;
  readonly onProblem?: (error: unknown) => void;
}

/** A scan that is uploaded may take so long. */
const UPLOAD_MS = 600_000;

export interface ServedWorkbench {
  /** With the token: what is opened in a browser. */
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  close(): Promise<void>;
}

/** Errors: `store-failed`, `bad-argument` for a token or a benchmark, `write-failed` when the port cannot be had. */
export async function serveWorkbench(options: WorkbenchOptions): Promise<ServedWorkbench> {
  const { host = '127.0.0.1' } = options;
  const token = checkToken(options.token ?? newToken());
  const web = options.web ?? webFolder();
  // A wrong folder on the command line is told at once, not when a page asks.
  for (const folder of options.benchmarks ?? []) readManifest(folder);
  mkdirSync(options.workFolder, { recursive: true, mode: 0o700 });
  chmodSync(options.workFolder, 0o700);
  const store = await openStore(options.store);
  const blobs = fileBlobs(options.blobsFolder);
  const stop = new AbortController();
  const { passphrase, onProblem = () => {} } = options;
  const events = newEvents();
  const jobs = newJobs(events, onProblem);
  const context: WorkbenchContext = {
    store,
    storeUrl: options.store,
    blobs,
    library: newLibrary(store, blobs, {
      folders: [...(options.benchmarks ?? []), ...builtBefore(options.workFolder)],
      ...(passphrase === undefined ? {} : { passphrase }),
      allow: options.allow ?? [],
    }),
    events,
    jobs,
    command: options.command,
    filesRoot: realpathSync(options.filesRoot),
    workFolder: options.workFolder,
    ...(passphrase === undefined ? {} : { passphrase }),
    allow: options.allow ?? [],
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    version: VERSION,
    signal: stop.signal,
    onProblem,
  };
  // The port is known only once it listens, and the door wants it: requests are let in when the application is there.
  let app: Pick<Hono, 'fetch'> | undefined;
  const fetch = (request: Request): Response | Promise<Response> =>
    app?.fetch(request) ?? new Response('Starting.', { status: 503 });
  try {
    const { server, bound } = await listen(fetch, host, options.port, UPLOAD_MS);
    const hosts = [...localHosts(bound), ...(options.hosts ?? [])];
    app = workbenchApp({
      context,
      web,
      token,
      hosts,
      origins: hosts.flatMap((name) => [`http://${name}`, `https://${name}`]),
      personOf: (given) => roomOf(context).people.visitorOf(given),
      port: bound,
    });
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    const origin = `http://${name}:${bound}`;
    let closing: Promise<void> | undefined;
    return {
      url: `${origin}/?token=${token}`,
      origin,
      token,
      close() {
        closing ??= (async () => {
          stop.abort(new OverreadError('cancelled', 'The workbench was stopped.'));
          const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
          server.closeAllConnections();
          // Runs finish what is under way and can be taken up again; what they wrote last is noted before the store closes.
          await Promise.all([stopped, jobs.close()]);
          await store.close();
        })();
        return closing;
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
