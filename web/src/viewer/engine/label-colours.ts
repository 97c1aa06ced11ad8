// Colours of the one label map that 3D draws.
import type { ViewerScan } from './state.ts';

/**
 * Colours of a label map whose values are places in the facts' list, from 1. A voxel has one value there: that of a
 * part that is not shown stands for its organ, which would have a hole otherwise.
 */
export function labelColours({ facts, structures }: ViewerScan, shown: ReadonlySet<string>) {
  const visible = structures.filter(({ key }) => shown.has(key));
  const table = { R: [0], G: [0], B: [0], A: [0], I: [0], labels: [''] };
  facts.structures.forEach((one, order) => {
    const own = visible.find(({ layer, value }) => layer === one.layer && value === one.value);
    const organ = visible.find(({ structure }) => one.structure.startsWith(`${structure}_`));
    const [red, green, blue] = (own ?? organ)?.colour ?? [0, 0, 0];
    table.R.push(red);
    table.G.push(green);
    table.B.push(blue);
    table.A.push(own === undefined && organ === undefined ? 0 : 255);
    table.I.push(order + 1);
    table.labels.push('');
  });
  return table;
}
