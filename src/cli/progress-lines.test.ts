import { expect, it } from 'vitest';
import { progressLines } from './progress-lines.ts';

it('writes one JSON object a line: the beginning, at most one every tenth of a second, and the end', () => {
  let time = 0;
  let said = '';
  const stream = { write: (text: string) => (said += text) };
  const progress = progressLines(stream, () => time);
  progress.start('Measuring\ncases', 1000);
  for (let n = 0; n < 1000; n++) {
    time += 1;
    progress.advance(1, n === 500 ? 'a "case"\n broke' : undefined);
  }
  progress.finish();
  const lines = said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).progress);
  expect(lines[0]).toEqual({ task: 'Measuring\ncases', done: 0, total: 1000 });
  expect(lines.slice(1, -1).map(({ done }) => done)).toEqual([
    100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
  ]);
  expect(lines[6]).toMatchObject({ done: 600, detail: 'a "case"\n broke' });
  expect(lines.at(-1)).toMatchObject({ done: 1000, finished: true });
});
