// overread/agents: readers by name.
export { createReader, type ReaderDeps, readerPlugins } from './create-reader.ts';
export { type TrainPrior, trainPrior } from './prior.ts';
