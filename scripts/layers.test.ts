import { describe, expect, it } from 'vitest';
import { violations } from './layers.ts';

describe('the layer check', () => {
  it('allows imports down and within', () => {
    expect(
      violations('measure/volume.ts', "import { a } from '../domain/a.ts';\nimport b from './b.ts';"),
    ).toEqual([]);
  });
  it('names an import up the layers', () => {
    expect(violations('domain/a.ts', "import type { S } from '../storage/s.ts';")).toEqual([
      'domain/a.ts: "domain" may not import "storage" (../storage/s.ts)',
    ]);
  });
  it('sees dynamic imports and worker URLs', () => {
    expect(violations('domain/a.ts', "await import('../cli/main.ts')")).toHaveLength(1);
    expect(violations('domain/a.ts', "new URL('../cli/worker.ts', import.meta.url)")).toHaveLength(1);
  });
  it('refuses a folder that is no layer', () => {
    expect(violations('utils/a.ts', '')).toHaveLength(1);
  });
});
