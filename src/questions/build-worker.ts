// A worker thread of the builder: reads the cases that it is sent, one after another.
import { parentPort, workerData } from 'node:worker_threads';
import { type CaseSelection, caseReader } from './case-reader.ts';

/** A request is the item's place in the source; the reply is what became of it. */
const read = caseReader(workerData as CaseSelection);
parentPort?.on('message', async (item: string) => {
  // While it reads, only its own work keeps the thread alive: work that has been lost ends it, and is noticed.
  parentPort?.unref();
  const outcome = await read(item);
  parentPort?.ref();
  parentPort?.postMessage(outcome);
});
