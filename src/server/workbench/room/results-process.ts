// A process that computes a study's results: scores as the reports say, agreement, comparisons. One task, then it ends.
import { OverreadError } from '../../../domain/errors.ts';
import type { ResultReply, ResultTask } from './result-task.ts';
import { studyResults } from './results.ts';

async function replyTo(task: ResultTask): Promise<ResultReply> {
  try {
    return { ok: true, value: await studyResults(task) };
  } catch (error) {
    if (OverreadError.isInstance(error)) return { ok: false, code: error.code, message: error.message };
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return {
      ok: false,
      code: 'internal',
      message: 'The results broke off in a way that they should not: look at the workbench’s terminal.',
    };
  }
}

process.once('message', (task) => {
  void replyTo(task as ResultTask).then((reply) => process.send?.(reply, () => process.disconnect()));
});
// Whoever started it is gone: so is the reason to be here.
process.on('disconnect', () => process.exit(0));
