// A process that computes a study's results: scores as the reports say, agreement, comparisons. One task, then it ends.
import { childReply } from '../child-reply.ts';
import type { ResultReply, ResultTask } from './result-task.ts';
import { studyResults } from './results.ts';

const BROKEN = 'The results broke off in a way that they should not: look at the workbench’s terminal.';
const replyTo = (task: ResultTask): Promise<ResultReply> => childReply(() => studyResults(task), BROKEN);

process.once('message', (task) => {
  void replyTo(task as ResultTask).then((reply) => process.send?.(reply, () => process.disconnect()));
});
// Whoever started it is gone: so is the reason to be here.
process.on('disconnect', () => process.exit(0));
