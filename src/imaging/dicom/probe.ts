// Header facts of a DICOM file, folder or zip, without decoding a voxel.
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes } from '../../domain/geometry.ts';
import type { Probe } from '../format.ts';
import type { Stack } from './groups.ts';
import { chooseStack } from './groups.ts';
import { type Instance, isSegmentation } from './instance.ts';
import { parseDicom } from './parse.ts';
import { pixelHeader } from './pixel-header.ts';
import { planesOf } from './plane.ts';
import { segmentationGrid } from './segmentation-grid.ts';
import { stackGeometry } from './stack-geometry.ts';
import { type DicomOptions, withStacks } from './volume.ts';

function dataTypeOf({ bitsStored, signed }: Instance): string {
  const bits = bitsStored <= 8 ? 8 : bitsStored <= 16 ? 16 : 32;
  return `${signed ? '' : 'u'}int${bits}`;
}

function stackProbe(stack: Stack, format: string, name: string, options: DicomOptions): Probe {
  const { grid, missing, tilt, notes } = stackGeometry(stack.frames, name, options.acceptIrregular ?? false);
  const [{ instance }] = stack.frames;
  return {
    format,
    shape: grid.shape,
    spacing: grid.spacing,
    affine: grid.affine,
    axes: axisCodes(grid.affine),
    dataType: dataTypeOf(instance),
    holds: 'volume',
    facts: {
      ...instance.facts,
      ...(tilt > 0.1 ? { gantryTilt: Math.round(tilt * 100) / 100 } : {}),
      ...(missing.length > 0 ? { missingSlices: missing.length } : {}),
    },
    notes: [...stack.notes, ...instance.notes, ...notes],
  };
}

async function annotationProbe(instance: Instance, format: string, options: DicomOptions): Promise<Probe> {
  const facts = { modality: instance.modality };
  if (!isSegmentation(instance)) return { format, holds: 'annotation', facts, notes: instance.notes };
  const file = parseDicom(await instance.source.read(), instance.source.name, options);
  const header = pixelHeader(file);
  const { grid, notes } = segmentationGrid(file, header, planesOf(file, header.frames));
  return {
    format,
    shape: grid.shape,
    spacing: grid.spacing,
    affine: grid.affine,
    axes: axisCodes(grid.affine),
    dataType: header.bitsAllocated === 1 ? 'bit' : `uint${header.bitsAllocated}`,
    holds: 'annotation',
    facts,
    notes: [...instance.notes, ...notes],
  };
}

/** Probes a path. Several series are a fact, not an error: the first is described and the notes say so. */
export async function probeDicom(path: string, format: string, options: DicomOptions = {}): Promise<Probe> {
  return await withStacks(path, options, async (stacks, { others }, name) => {
    if (stacks.length > 0) {
      const chosen =
        stacks.length === 1 || options.series !== undefined
          ? chooseStack(stacks, options.series, name)
          : stacks[0];
      const found = stackProbe(chosen, format, name, options);
      const facts: Record<string, string | number | boolean> = { ...found.facts, series: stacks.length };
      if (others.length > 0) facts.otherObjects = others.length;
      const several =
        stacks.length > 1 ? [`${stacks.length} series or parts of one; the first is described`] : [];
      return { ...found, facts, notes: [...found.notes, ...several] };
    }
    if (others.length > 0) return await annotationProbe(others[0], format, options);
    throw new OverreadError(
      'format-unsupported',
      `${name} holds no DICOM image or segmentation: choose another.`,
    );
  });
}
