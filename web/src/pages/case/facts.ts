// What is known of a case, in one line.
import type { CaseRow } from '@shapes/benchmarks.ts';
import { plain, words } from '../../parts/words.ts';

const SEXES: Readonly<Record<string, string>> = { F: 'female', M: 'male', O: 'other' };

export function factsOf(row: CaseRow): string {
  const { modality, phase, shape, spacing, sex, ageBand, split, licence } = row;
  return [
    modality,
    phase === undefined || phase === 'unknown' ? undefined : `${words(phase)} phase`,
    shape && `${shape.join(' × ')} voxels`,
    spacing && `${spacing.map((mm) => Number(mm.toFixed(2))).join(' × ')} mm`,
    sex && SEXES[sex],
    ageBand && `${ageBand} years`,
    split && `split ${split}`,
    licence && `licence ${licence}`,
  ]
    .filter((part) => part !== undefined)
    .map(plain)
    .join(' · ');
}
