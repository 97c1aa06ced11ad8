// Draws phantoms as docs/figures/phantoms.png shows them: node examples/draw-phantoms.ts OUT.png [SEED]
import { writeFile } from 'node:fs/promises';
import { type Annotation, structureOf } from '../src/domain/index.ts';
import { encodePng, montage, overlay, sliceOf, WINDOWS, windowed } from '../src/imaging/index.ts';
import { PALETTE } from '../src/imaging/overlay.ts';
import { scaled, squarePixels } from '../src/imaging/raster-size.ts';
import { phantomCohort } from '../src/phantoms/index.ts';

const [out = 'phantoms.png', seed = '0'] = process.argv.slice(2);
/** Axial slices are cut where most of a lesion, else of the organ, is seen. */
const SEEN = ['liver', 'pancreas', 'kidney'];

/** The axial slice with most voxels of structures of which the names begin so, lesions first. */
function sliceWith({ grid, layers }: Annotation, organ: string): number {
  const [columns, rows, slices] = grid.shape;
  const counts = { lesion: new Float64Array(slices), organ: new Float64Array(slices) };
  for (const { data, labels } of layers)
    for (const { value, structure } of labels) {
      if (!structure.startsWith(organ)) continue;
      const into = structureOf(structure)?.kind === 'lesion' ? counts.lesion : counts.organ;
      for (let i = 0; i < data.length; i++) if (data[i] === value) into[Math.floor(i / (columns * rows))]++;
    }
  const found = counts.lesion.some((n) => n > 0) ? counts.lesion : counts.organ;
  return found.indexOf(Math.max(...found));
}
const pictures = phantomCohort({ seed, cases: 3 }).flatMap((phantom) => {
  const { volume, annotation } = phantom.render();
  const { shape } = volume.grid;
  const cuts = [
    ...SEEN.map((organ) => ['axial', sliceWith(annotation, organ)] as const),
    ['coronal', Math.round(0.5 * (shape[1] - 1))] as const,
  ];
  return cuts.map(([plane, index]) => {
    const raster = squarePixels(windowed(sliceOf(volume, plane, index), WINDOWS.abdomen));
    const masks = annotation.layers.flatMap((layer) => {
      const slice = sliceOf({ grid: annotation.grid, data: layer.data }, plane, index);
      return layer.labels
        .filter(({ structure }) => structure !== 'body')
        .map(({ value, structure }) => ({
          slice,
          values: [value],
          colour: PALETTE[value % PALETTE.length],
          outline: structureOf(structure)?.kind === 'lesion',
        }));
    });
    const drawn = overlay(raster, masks);
    return scaled(drawn, 2 * drawn.width, 2 * drawn.height);
  });
});
await writeFile(out, await encodePng(montage(pictures, SEEN.length + 1)));
