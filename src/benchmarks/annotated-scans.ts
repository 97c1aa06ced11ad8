// A builder's view of annotated scans: any layout, in RAS order, each label with a name that can be said.

import { gzipSync } from 'node:zlib';
import { OverreadError } from '../domain/errors.ts';
import type { Grid } from '../domain/geometry.ts';
import type { VoxelArray } from '../domain/volume.ts';
import { toRas } from '../imaging/canonical.ts';
import { findLayout, type LayoutCase } from '../imaging/layout.ts';
import { matchGeometry } from '../imaging/match-geometry.ts';
import { niftiBytes } from '../imaging/write-nifti.ts';
import { schemeNamed } from '../knowledge/scheme.ts';
import type { BuildRequest, OptionCard } from './builder.ts';

export interface ScanLabel {
  readonly value: number;
  /** In words: "kidney tumor". */
  readonly name: string;
}

export interface ScanLayer {
  readonly data: Uint8Array | Uint16Array | Int32Array;
  readonly labels: readonly ScanLabel[];
}

/** A case in the closest RAS order; voxel indices below are of this order. */
export interface AnnotatedScan {
  /** A name that is safe as a file name, unique in the source. */
  readonly id: string;
  readonly patient: string;
  readonly modality?: string;
  readonly licence?: string;
  readonly grid: Grid;
  readonly layers: readonly ScanLayer[];
  /** Names that were looked for, also where no voxel has them: those given with --label, and those of the scheme. */
  readonly lookedFor: readonly string[];
  /** Absent when only masks are there. */
  readonly image?: { readonly data: VoxelArray; readonly units: string };
}

/** Options that every builder on annotated scans takes. */
export const SCAN_OPTIONS: readonly OptionCard[] = [
  { name: 'layout', value: 'NAME', about: 'how the source is laid out', default: 'auto' },
  { name: 'image', value: 'FILE', about: 'the image, when names do not tell' },
  { name: 'mask', value: 'FILE', about: 'the label map, when names do not tell' },
  { name: 'scheme', value: 'NAME', about: 'label scheme that names the values' },
  { name: 'label', value: 'VALUE=NAME', about: 'name of a label’s value', repeatable: true },
];

/** VALUE=NAME options. Throws `bad-argument`. */
export function valueNames(given: readonly string[] | undefined, option = 'label'): Map<number, string> {
  return new Map(
    (given ?? []).map((text) => {
      const [, value, name] = /^(\d+)=(.+)$/.exec(text) ?? [];
      if (name === undefined)
        throw new OverreadError('bad-argument', `Give --${option} as VALUE=NAME, not "${text}".`);
      return [Number(value), name];
    }),
  );
}

/** Cases in the layout's order. A case that cannot be read is handed to `skip` with its error's sentence. */
export async function* annotatedScans(
  { source, options, signal, progress }: BuildRequest,
  skip: (reason: string) => void,
): AsyncGenerator<AnnotatedScan> {
  const one = (name: string): string | undefined => options[name]?.[0];
  const names = valueNames(options.label);
  const [image, mask] = [one('image'), one('mask')];
  const layout = await findLayout(source, mask === undefined ? (one('layout') ?? 'auto') : 'pair');
  const scheme = one('scheme');
  const used = new Set<string>();
  progress.start('Cases');
  for await (const found of layout.cases(source, {
    ...(image === undefined ? {} : { image }),
    ...(mask === undefined ? {} : { mask }),
  })) {
    signal.throwIfAborted();
    progress.advance(1, found.item);
    try {
      yield await scanOf(found, { names, scheme, id: uniqueName(found.item, used) });
    } catch (error) {
      if (!OverreadError.isInstance(error) || error.code === 'cancelled') throw error;
      skip(`a case could not be read: ${error.message}`);
    }
  }
  progress.finish();
}

async function scanOf(
  found: LayoutCase,
  { names, scheme, id }: { names: ReadonlyMap<number, string>; scheme: string | undefined; id: string },
): Promise<AnnotatedScan> {
  const volume = found.hasImage ? await found.loadVolume() : undefined;
  const raw = await found.loadAnnotation();
  const annotation = volume === undefined ? raw : matchGeometry(raw, volume);
  const known = schemeNamed(scheme ?? found.impliedScheme ?? raw.impliedScheme ?? '');
  const nameOf = (value: number, name?: string): string =>
    names.get(value) ??
    name?.replaceAll('_', ' ') ??
    known?.labels.find((label) => label.value === value)?.structure.replaceAll('-', ' ') ??
    `label ${value}`;
  const layers = annotation.layers.map(({ data, labels }) => ({
    data: toRas(annotation.grid, data).data,
    labels: labels
      .filter(({ value }) => value !== 0)
      .map(({ value, name }) => ({ value, name: nameOf(value, name) })),
  }));
  const { facts } = found;
  return {
    id,
    patient: found.patient,
    ...(facts.modality === undefined ? {} : { modality: facts.modality }),
    ...(facts.licence === undefined ? {} : { licence: facts.licence }),
    grid: toRas(annotation.grid, annotation.layers[0].data).grid,
    layers,
    lookedFor: [
      ...new Set([
        ...names.values(),
        ...(known?.annotated ?? []).map((structure) => structure.replaceAll('-', ' ')),
        ...layers.flatMap(({ labels }) => labels.map(({ name }) => name)),
      ]),
    ],
    ...(volume === undefined
      ? {}
      : { image: { data: toRas(volume.grid, volume.data).data, units: volume.units } }),
  };
}

function uniqueName(item: string, used: Set<string>): string {
  const plain =
    item
      .replace(/\.nii(\.gz)?$/, '')
      .replace(/[^A-Za-z0-9._-]+/g, '_')
      .replace(/^[._]+/, '') || 'case';
  let name = plain;
  for (let n = 2; used.has(name); n++) name = `${plain}-${n}`;
  used.add(name);
  return name;
}

/** A gzipped NIfTI file of a volume or label map; the same voxels, the same bytes on every system. */
export function niftiFile(grid: Grid, data: VoxelArray): Uint8Array {
  const bytes = gzipSync(niftiBytes({ grid, data }));
  bytes[9] = 255;
  return bytes;
}
