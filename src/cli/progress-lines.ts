// Progress for a program that watches: a line of JSON on stderr for every tenth of a second in which something changed.
import type { Progress } from '../domain/progress.ts';

export interface ProgressLine {
  readonly task: string;
  readonly done: number;
  readonly total?: number;
  readonly detail?: string;
  /** True with the last line of a task. */
  readonly finished?: true;
}

const EVERY_MS = 100;
const DETAIL = 300;

/** Each line is `{"progress": ProgressLine}`; whatever else stands on stderr is for people. */
export function progressLines(
  stream: { write(text: string): unknown },
  now: () => number = () => performance.now(),
): Progress {
  let task = '';
  let total: number | undefined;
  let done = 0;
  let detail: string | undefined;
  let shown = Number.NEGATIVE_INFINITY;
  const write = (finished?: true): void => {
    shown = now();
    const line: ProgressLine = {
      task,
      done,
      ...(total === undefined ? {} : { total }),
      ...(detail === undefined ? {} : { detail: detail.slice(0, DETAIL) }),
      ...(finished === undefined ? {} : { finished }),
    };
    stream.write(`${JSON.stringify({ progress: line })}\n`);
  };
  return {
    start(name, count) {
      task = name;
      total = count;
      done = 0;
      detail = undefined;
      write();
    },
    advance(count, text) {
      done += count;
      if (text !== undefined) detail = text;
      if (now() - shown >= EVERY_MS) write();
    },
    finish(text) {
      if (text !== undefined) detail = text;
      write(true);
    },
  };
}
