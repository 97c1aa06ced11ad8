// The controls campaign of bench/controls on one small cohort: who knows nothing of the patient stays at chance.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blindReads } from '../bench/controls/blind.ts';
import {
  CONTROLS,
  type ControlsResult,
  controlsCampaign,
  holdsChance,
  ORACLE,
} from '../bench/controls/campaign.ts';
import { controlsTable } from '../bench/controls/markdown.ts';
import { silent } from '../src/domain/progress.ts';
import type { Question } from '../src/domain/question.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-controls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('controls on phantoms', () => {
  let result: ControlsResult;
  beforeAll(async () => {
    const { signal } = new AbortController();
    result = await controlsCampaign({ folder, seeds: ['0'], cases: 16, progress: silent, signal });
  }, 120_000);
  const cellsOf = (reader: string) => result.pooled.find((one) => one.reader === reader)?.cells ?? [];

  it("the executor is right on the patient's own results, and at chance on others' in every stage", () => {
    expect(cellsOf(ORACLE).map(({ score }) => score)).toEqual([1, 1, 1, 1, 1]);
    expect(cellsOf('executor-shuffled').map(holdsChance)).toEqual([true, true, true, true, true]);
  });
  it('of all controls, cells out of chance are as few as accidents', () => {
    const cells = result.pooled.filter(({ reader }) => reader !== ORACLE).flatMap((one) => one.cells);
    expect(cells).toHaveLength(5 * (CONTROLS.length + 7));
    expect(cells.filter((cell) => !holdsChance(cell)).length).toBeLessThanOrEqual(6);
  });
  it('is told in one table', () => {
    expect(controlsTable(result).split('\n')).toHaveLength(3 + CONTROLS.length + 1 + 7);
  });
});

describe('readers that look at options only', () => {
  // Keys of a few values among wrong options of all: what must not happen, found by the one that counts.
  const questions = Array.from({ length: 40 }, (_, i) => ({
    id: `q${i}`,
    caseId: `c${i}`,
    type: 'organ-hu-ratio',
    answerKind: 'numeric',
    options: ['1.10', `2.${10 + i}`, `3.${10 + i}`, `4.${10 + i}`].map((text, n) => ({
      letter: 'ABCD'[(n + i) % 4],
      text,
    })),
  })) as unknown as Question[];
  it('find a key that is more common than the wrong options', () => {
    const letters = blindReads(questions).get('most common value');
    questions.forEach(({ id, options }) => {
      expect(letters?.get(id)).toBe(options[0].letter);
    });
  });
});
