// One worker of the speed benchmark: opens a case's files and measures everything.
import { parentPort } from 'node:worker_threads';
import { openAnnotation, openVolume } from '../../src/imaging/open.ts';
import { measureCase } from '../../src/measure/measure.ts';
import { annotationOf } from './kits-cases.ts';
import type { PeerTask } from './peer.ts';

parentPort?.on('message', async (one: PeerTask['cases'][number]) => {
  const raw = await openAnnotation(one.mask);
  const volume = one.image === undefined ? undefined : await openVolume(one.image);
  const set = measureCase(annotationOf(raw, one.labels), volume, { rules: 'strict' });
  parentPort?.postMessage(set.regions.length);
});

// Imports are done: as with the peer, loading the program does not count.
parentPort?.postMessage('ready');
