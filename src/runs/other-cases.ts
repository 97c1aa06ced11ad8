// The rest of a benchmark as controls may see it: other cases and questions, never a key.
import type { OtherCases } from '../agents/create-reader.ts';
import type { BenchmarkFolder } from '../questions/benchmark-folder.ts';
import { type CaseAccessOptions, caseOpener } from '../tools/case-access.ts';

export function otherCases(benchmark: BenchmarkFolder, options: CaseAccessOptions): OtherCases {
  return {
    cases: async () =>
      [...benchmark.cases.values()].map(({ id, patientId, imageHash }) => ({
        id,
        patientId,
        hasImage: imageHash !== undefined && benchmark.source(id) !== undefined,
      })),
    questionsOfType: (type) => benchmark.questions({ types: [type] }),
    open: caseOpener(benchmark, options),
  };
}
