import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../domain/question.ts';
import { SUBTYPES, subtypeName, subtypeOf } from './subtypes.ts';

const schema = new URL('../../../shared/data/deeptumorvqa-metadata/subtype_schema.csv', import.meta.url);

describe('published subtypes', () => {
  it('there are 42, with 9, 5, 16 and 12 in the four stages', () => {
    expect(new Set(SUBTYPES.map((s) => s.id)).size).toBe(42);
    expect(STAGES.map((stage) => SUBTYPES.filter((s) => s.stage === stage).length)).toEqual([9, 5, 16, 12]);
  });
  it('they share out the 10,000 questions as 2023, 2023, 4049 and 1905', () => {
    const questions = STAGES.map((stage) =>
      SUBTYPES.filter((s) => s.stage === stage).reduce((sum, s) => sum + s.published10k, 0),
    );
    expect(questions).toEqual([2023, 2023, 4049, 1905]);
    expect(SUBTYPES.reduce((sum, s) => sum + s.pool, 0)).toBe(47933);
  });
  it('11 are numeric, 15 binary and 16 categorical', () => {
    const count = (kind: string) => SUBTYPES.filter((s) => s.answerKind === kind).length;
    expect([count('numeric'), count('binary'), count('categorical')]).toEqual([11, 15, 16]);
  });
  it('they use seven different chains, counted with their steps', () => {
    expect(new Set(SUBTYPES.map((s) => s.chain.join())).size).toBe(7);
  });
  it('ids are the published names in kebab-case', () => {
    expect(subtypeOf('pdac-vs-pnet-classification')?.published).toBe('PDAC vs PNET classification');
    expect(subtypeName('organ-hu-ratio')).toBe('organ HU ratio');
    expect(subtypeName('my-own-type')).toBe('my own type');
  });
  it.skipIf(!existsSync(schema))('every row equals the released schema', () => {
    const rows = readFileSync(schema, 'utf8').trim().split(/\r?\n/).slice(1);
    expect(rows).toHaveLength(42);
    for (const row of rows) {
      const [name, group, steps, primitives, ...rest] = row.split(',');
      const subtype = SUBTYPES.find((s) => s.published === name);
      expect(subtype, name).toMatchObject({
        stage: group.toLowerCase().replace(' ', '-'),
        steps: Number(steps),
        chain: primitives.split('→'),
        published10k: Number(rest[7]),
        pool: Number(rest[8]),
      });
    }
  });
});
