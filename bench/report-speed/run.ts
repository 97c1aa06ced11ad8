// How long a report takes: 200,000 simulated reads by default, every protocol and format.
// npx node bench/report-speed/run.ts [--reads 200000] [--readers 2]
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { buildReport } from '../../src/scoring/report.ts';
import { simulate } from '../../src/scoring/testing/simulate.ts';

const { values } = parseArgs({
  options: { reads: { type: 'string', default: '200000' }, readers: { type: 'string', default: '2' } },
});
const readers = Number(values.readers);
const perReader = Math.round(Number(values.reads) / readers);

for (const format of ['mc', 'free'] as const)
  for (const protocol of ['published', 'strict'] as const) {
    const input = simulate({
      seed: 'speed',
      questions: perReader,
      patients: Math.ceil(perReader / 10),
      readers: Array.from({ length: readers }, (_, i) => ({ name: `reader-${i}`, skill: 0.4 + 0.1 * i })),
      format,
    });
    const start = performance.now();
    const before = process.cpuUsage();
    const report = buildReport({ ...input, protocol });
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(
      `${format} ${protocol}: ${readers} readers × ${perReader} reads in ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of processor (overall ${report.readers.map((r) => r.overall.score?.toFixed(3)).join(', ')})\n`,
    );
  }
