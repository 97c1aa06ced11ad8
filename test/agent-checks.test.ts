// Every strategy's own check, as "overread check" runs it: a mechanism that no longer pays off fails the gate.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkContext } from '../src/cli/check-context.ts';
import type { Session } from '../src/cli/session.ts';
import { silent } from '../src/domain/progress.ts';
import { allMethods } from '../src/studies/all-methods.ts';

const session: Session = {
  json: true,
  debug: false,
  config: {},
  progress: silent,
  signal: new AbortController().signal,
  say: () => {},
  remark: () => {},
  result: () => {},
};

const strategies = (await allMethods()).filter(({ kind }) => kind === 'agent');

describe('checks of strategies', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'overread-checks-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('are there', () => {
    expect(strategies.length).toBeGreaterThan(0);
  });
  for (const method of strategies)
    it(`${method.id} beats its baseline, and does not where it must not`, { timeout: 180_000 }, async () => {
      const scratch = await mkdtemp(join(root, `${method.id}-`));
      const {
        passed,
        baseline,
        result,
        ci95 = [],
        mustNotWin,
        detail,
      } = await method.check(checkContext(session, '0', scratch));
      expect(passed, detail).toBe(true);
      expect(mustNotWin?.held, mustNotWin?.regime).toBe(true);
      const { value, against = 0 } = mustNotWin ?? { value: Number.NaN };
      for (const number of [baseline.value, result.value, ...ci95, value, against])
        expect(number).toSatisfy(Number.isFinite);
    });
});
