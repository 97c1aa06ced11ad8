// Draws phantoms as docs/figures/phantoms.png shows them: node examples/draw-phantoms.ts OUT.png [SEED]
import { writeFile } from 'node:fs/promises';
import { structureOf } from '../src/domain/index.ts';
import { encodePng, montage, overlay, sliceOf, WINDOWS, windowed } from '../src/imaging/index.ts';
import { PALETTE } from '../src/imaging/overlay.ts';
import { scaled, squarePixels } from '../src/imaging/raster-size.ts';
import { phantomCohort } from '../src/phantoms/index.ts';

const [out = 'phantoms.png', seed = '0'] = process.argv.slice(2);
/** Shares of the height at which axial slices are cut: dome of the liver, pancreas, kidneys. */
const HEIGHTS = [0.7, 0.46, 0.33];
const pictures = phantomCohort({ seed, cases: 3 }).flatMap((phantom) => {
  const { volume, annotation } = phantom.render();
  const { shape } = volume.grid;
  const cuts = [
    ...HEIGHTS.map((share) => ['axial', Math.round(share * (shape[2] - 1))] as const),
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
await writeFile(out, await encodePng(montage(pictures, HEIGHTS.length + 1)));
