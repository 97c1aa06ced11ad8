// A reader of one's own over a benchmark, scored: node examples/own-reader.ts BENCHMARK
import { emptyOutcome, type Reader } from '../src/domain/index.ts';
import { buildReport, executeRun, openBenchmark, openKeys, openStore, renderTable } from '../src/index.ts';

/** Says the first option that mentions a number, else A. */
const reader: Reader = {
  name: 'first-number',
  capabilities: { formats: ['mc'], needsImage: false, needsMasks: false },
  async read({ question }) {
    const raw = question.options.find((option) => /\d/.test(option.text))?.letter ?? 'A';
    return { ...emptyOutcome(), status: 'answered', raw, answer: { kind: 'choice', letter: raw } };
  },
};

const [folder] = process.argv.slice(2);
const benchmark = await openBenchmark(folder);
const store = await openStore(':memory:');
const { runId } = await executeRun({ benchmark, reader, store, openCase: async () => undefined });
const run = await store.run(runId);
if (run !== undefined) {
  const report = buildReport({
    benchmark: benchmark.manifest,
    questions: await benchmark.questions(),
    keys: await openKeys(folder),
    runs: [{ run, rows: await store.scoringRows(runId) }],
    protocol: 'strict',
  });
  console.log(renderTable(report));
}
await store.close();
