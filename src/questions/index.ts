// overread/questions: measurements to benchmarks, and benchmarks to other formats.
export { allTypes, typeOf, whatCanBeAsked } from './ask.ts';
export { type BenchmarkFolder, openBenchmark } from './benchmark-folder.ts';
export { type BuildOptions, buildBenchmark } from './build.ts';
export { diffBenchmarks } from './diff.ts';
export { exportBenchmark } from './export.ts';
export { importBenchmark } from './import.ts';
export { openKeys } from './keys.ts';
export type { QuestionType } from './question-type.ts';
