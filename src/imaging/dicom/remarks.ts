// What a reader of the voxels should be told: padding, inverted display, loss, values that stay unconverted.
import { firstItem, number, text, texts } from './attributes.ts';
import type { DicomFile } from './parse.ts';
import type { PixelHeader } from './pixel-header.ts';
import type { Rescale } from './plane.ts';

export interface Remarks {
  readonly notes: string[];
  readonly facts: Record<string, number>;
}

/** Remarks on one file's pixels; `pixelPadding` is the real value of voxels outside the scanned area. */
export function remarksOn(
  file: DicomFile,
  header: PixelHeader,
  lossless: boolean,
  rescale: Rescale,
): Remarks {
  const notes: string[] = [];
  const facts: Record<string, number> = {};
  if (!lossless || text(file, '00282110') === '01') notes.push('the images are compressed with loss');
  if (header.photometric === 'MONOCHROME1')
    notes.push('MONOCHROME1: low values are meant to be shown bright');
  const padding = number(file, '00280120', header.signed ? 'SS' : 'US');
  if (padding !== undefined && rescale.table === undefined) {
    facts.pixelPadding = padding * rescale.slope + rescale.intercept;
    notes.push(`voxels of ${facts.pixelPadding} are padding outside the scanned area`);
  }
  if (texts(file, '00080008').includes('MOSAIC'))
    notes.push('the image is a mosaic of slices, which was not taken apart');
  const group = firstItem(file, '52009229') ?? firstItem(file, '52009230');
  if (file.elements.has('00409096') || group?.elements.has('00409096'))
    notes.push('a real-world value map is present and was not applied');
  const units = text(file, '00541001');
  if (text(file, '00080060') === 'PT' && units !== undefined && units !== 'GML')
    notes.push(`PET values are in ${units.replace(/[^A-Z0-9]/g, '').slice(0, 16)}: no SUV was computed`);
  return { notes, facts };
}
