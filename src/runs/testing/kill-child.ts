// A run in a process of its own, to be killed: begins a run in a store, or resumes the one that is there.
import { createReader } from '../../agents/create-reader.ts';
import { createGateway } from '../../experts/gateway.ts';
import { openBenchmark } from '../../questions/benchmark-folder.ts';
import { fileBlobs } from '../../storage/blobs.ts';
import { openStore } from '../../storage/store.ts';
import { caseOpener } from '../../tools/case-access.ts';
import { executeRun } from '../engine.ts';
import type { ChildSettings } from './kill-campaign.ts';

const settings = JSON.parse(process.argv[2]) as ChildSettings;
const store = await openStore(settings.store);
const blobs = fileBlobs(`${settings.store}.blobs`);
const benchmark = await openBenchmark(settings.benchmark);
const gateway = createGateway({
  allow: [new URL(settings.url).origin],
  baseUrls: { compatible: settings.url },
  env: {},
  store,
  // Whatever is sent again is to reach the server, so that it can be counted there.
  cache: 'off',
  blobs,
  concurrency: settings.concurrency,
  timeoutMs: 5_000,
  retry: { attempts: 3, baseMs: 1, maxMs: 5 },
});
const reader = await createReader(settings.reader, {
  gateway,
  blobs,
  criteria: benchmark.manifest.criteria,
  imageBudget: { strategy: 'montage', maxImages: 1, maxPixels: 128 * 128, maxBytes: 1e6 },
});
const summary = await executeRun({
  benchmark,
  reader,
  store,
  openCase: caseOpener(benchmark, { blobs }),
  concurrency: settings.concurrency,
  resume: (await store.runs())[0]?.id,
});
await gateway.close();
await store.close();
if (summary.status !== 'done') throw summary.error ?? new Error(summary.status);
