// Which values a measurement can take on a scan's grid: wrong options lie there too, or arithmetic alone would find
// the key among them (a reader is told shape and spacing).
import type { CaseRecord } from '../domain/case.ts';
import type { RuleSet } from '../domain/measurement.ts';
import type { Random } from '../domain/random.ts';

/** How a quantity hangs on the grid: whole voxels in cm³, a slice's height in percent, a length within a slice in cm. */
export type Lattice = 'voxels' | 'slices' | 'in-plane';

export type LatticeGrid = Pick<CaseRecord, 'shape' | 'spacing' | 'axes'>;

/** Takes a number to the closest (or, for lengths, a close) one that the grid allows. */
export type Snap = (value: number, stream: Random) => number;

/** `radgpt` measures on a grid of 1 mm and cuts lengths to whole millimetres; slices are the scan's own there too. */
export function snapTo(lattice: Lattice, { shape, spacing, axes }: LatticeGrid, rules: RuleSet): Snap {
  const along = Math.max(
    0,
    [...axes].findIndex((code) => code === 'S' || code === 'I'),
  );
  if (lattice === 'slices') {
    const slices = shape[along];
    return (percent) => {
      const index = Math.round((percent * slices) / 100 - 0.5);
      return (100 * (Math.min(slices - 1, Math.max(0, index)) + 0.5)) / slices;
    };
  }
  const steps = rules === 'radgpt' ? [1, 1, 1] : spacing;
  if (lattice === 'voxels') {
    const cm3 = (steps[0] * steps[1] * steps[2]) / 1000;
    return (value) => Math.max(1, Math.round(value / cm3)) * cm3;
  }
  const [a, b] = steps.filter((_, axis) => axis !== along);
  return (cm, stream) => {
    const angle = stream.uniform(0, Math.PI / 2);
    const mm = Math.hypot(
      Math.round((10 * cm * Math.cos(angle)) / a) * a,
      Math.round((10 * cm * Math.sin(angle)) / b) * b,
    );
    return (rules === 'radgpt' ? Math.floor(mm) : mm) / 10;
  };
}
