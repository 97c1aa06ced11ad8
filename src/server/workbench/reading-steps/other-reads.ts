// What every run answered to one question, for going from reader to reader.
import type { Protocol } from '../../../domain/report.ts';
import { isLadderRun } from '../../../runs/ladder-run.ts';
import type { WorkbenchContext } from '../context.ts';
import { benchmarkIdOf } from '../library/library.ts';
import { answerWords } from '../scores/read-rows.ts';
import type { OtherReads } from '../shapes/read.ts';
import { cameOf } from './outcome.ts';
import { askedQuestion } from './read-source.ts';

/** Runs that are looked at, the newest first. */
const RUNS = 200;

export async function otherReadsOf(
  context: WorkbenchContext,
  { benchmark, question, protocol }: { benchmark: string; question: string; protocol: Protocol },
): Promise<OtherReads> {
  const runs = (await context.store.runs())
    .filter((run) => benchmarkIdOf(run.benchmarkHash) === benchmark && !isLadderRun(run))
    .slice(0, RUNS);
  const { asked } = await askedQuestion(context, benchmark, question);
  const reads = await Promise.all(
    runs.map(async (run) => {
      const rows = await context.store.scoringRows(run.id, { questionIds: [question] });
      return Promise.all(
        rows.map(async (row) => ({
          runId: run.id,
          reader: run.reader,
          format: run.format,
          repeat: row.repeat,
          status: row.status,
          ...(await cameOf(context, run, row, asked, protocol)),
          answer: answerWords(row),
          createdAt: run.createdAt,
        })),
      );
    }),
  );
  return { reads: reads.flat() };
}
