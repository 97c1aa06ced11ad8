// One of several workers of the speed benchmark.
import { parentPort } from 'node:worker_threads';
import { measureFiles } from './measure-files.ts';
import type { PeerTask } from './peer.ts';

parentPort?.on('message', async (one: PeerTask['cases'][number]) => {
  parentPort?.postMessage(await measureFiles(one));
});

// Imports are done: as with the peer, loading the program does not count.
parentPort?.postMessage('ready');
