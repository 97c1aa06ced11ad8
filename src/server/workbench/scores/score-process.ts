// A process that scores: takes one task at a time, opens store and benchmark itself, and is gone when it is not needed.
import { childReply } from '../child-reply.ts';
import type { MarksTask, ReportTask, ScoredReport, ScoreReply, ScoreTask, SentMarks } from './score-task.ts';

async function reportOf(task: ReportTask): Promise<ScoredReport> {
  const { store, runs, protocol, baseline, benchmark, passphrase } = task;
  const shared = { store, runs, protocols: [protocol], ...(baseline === undefined ? {} : { baseline }) };
  const { chosenRuns, reportsOf } = await import('../../../report/run-reports.ts');
  const [first] = await chosenRuns(store, runs);
  if (first.settings.release !== undefined) {
    const { publishedReports } = await import('../../../report/published-reports.ts');
    const [report] = await publishedReports({
      ...shared,
      ...(benchmark === undefined ? {} : { data: benchmark }),
    });
    return { kind: 'published', report };
  }
  const [report] = await reportsOf({
    ...shared,
    ...(benchmark === undefined ? {} : { benchmark }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return { kind: 'built', report };
}

async function marksOf(task: MarksTask): Promise<SentMarks> {
  const { runMarks } = await import('./run-marks.ts');
  const { table, ...marks } = await runMarks(task);
  const { hash } = table;
  return { ...marks, table: task.tables.includes(hash) ? { hash } : { hash, whole: table } };
}

const BROKEN = 'Scoring broke off in a way that it should not: look at the workbench’s terminal.';
const replyTo = (task: ScoreTask): Promise<ScoreReply> =>
  childReply<ScoredReport | SentMarks>(
    () => (task.kind === 'report' ? reportOf(task) : marksOf(task)),
    BROKEN,
  );

process.on('message', (task) => {
  void replyTo(task as ScoreTask).then((reply) => process.send?.(reply));
});
// Whoever started it is gone: so is the reason to be here.
process.on('disconnect', () => process.exit(0));
