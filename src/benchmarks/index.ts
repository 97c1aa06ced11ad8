// overread/benchmarks: published benchmarks to read and score, and the builders that make their kind on one's own data.
export type { Builder, BuildRequest, BuildSummary, OptionCard } from './builder.ts';
export { builders } from './builders/registry.generated.ts';
export { checkData, type DataCheck } from './data-check.ts';
export { publishedBenchmarks } from './published/registry.generated.ts';
export type {
  Breakdown,
  CardFile,
  DataCard,
  Fixture,
  ItemPart,
  ItemPicture,
  Judge,
  Measured,
  MeasureOptions,
  PublishedBenchmark,
  PublishedItem,
  PublishedRecord,
  RecordOptions,
  Reply,
  Sampling,
  TrainReplies,
  TrivialBaseline,
} from './published.ts';
export { publishedCheck } from './published-check.ts';
export {
  besideRecords,
  type PublishedScoreOptions,
  type ReplyScoreOptions,
  scorePublished,
  scoreReplies,
} from './published-score.ts';
export { fingerprint, openPublished, type PublishedSource, recordOptions } from './published-source.ts';
