// Progress on stderr: one redrawn line with bar, count and time left on a terminal, a plain line now and then elsewhere.
import type { Progress } from '../domain/progress.ts';
import { terminalText } from './terminal-text.ts';

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
/** Milliseconds between redraws on a terminal, and between lines elsewhere. */
const REDRAW = 80;
const LINE = 2000;

/** "4 s", "3 min 20 s", "1 h 05 min". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}

export function progressBar(stream: ProgressStream, now: () => number = () => performance.now()): Progress {
  const terminal = stream.isTTY === true;
  let task = '';
  let total: number | undefined;
  let done = 0;
  let detail = '';
  let began = 0;
  let shown = 0;

  const line = (): string => {
    const seconds = (now() - began) / 1000;
    if (total === undefined || total === 0) return `${task}  ${done}${detail ? `  ${detail}` : ''}`;
    const share = Math.min(1, done / total);
    const left = done > 0 && done < total ? `, ${duration((seconds / done) * (total - done))} left` : '';
    const filled = Math.round(share * BAR);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
    return `${task}  ${bar}  ${done}/${total} (${Math.round(share * 100)} %)${left}${detail ? `  ${detail}` : ''}`;
  };
  const draw = (): void => {
    shown = now();
    if (terminal) stream.write(`\r\u001b[K${line().slice(0, (stream.columns ?? 100) - 1)}`);
    else stream.write(`${line()}\n`);
  };

  return {
    start(name, count) {
      task = terminalText(name);
      total = count;
      done = 0;
      detail = '';
      began = now();
      shown = began;
      if (terminal) draw();
    },
    advance(count, text) {
      done += count;
      if (text !== undefined) detail = terminalText(text);
      if (now() - shown >= (terminal ? REDRAW : LINE)) draw();
    },
    finish(text) {
      const took = duration((now() - began) / 1000);
      const count = total === undefined ? (done === 0 ? '' : `${done} `) : `${done}/${total} `;
      stream.write(
        `${terminal ? '\r\u001b[K' : ''}${task}  ${count}in ${took}${text ? `  ${terminalText(text)}` : ''}\n`,
      );
    },
  };
}
