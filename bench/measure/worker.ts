// One of several workers of the speed benchmark.
import { parentPort } from 'node:worker_threads';
import { type BenchCase, measureFiles } from './measure-files.ts';

parentPort?.on('message', async (one: BenchCase) => {
  parentPort?.postMessage(await measureFiles(one));
});

// Imports are done: as with the peer, loading the program does not count.
parentPort?.postMessage('ready');
