// The annotated mask with seeded errors: how much does each stage suffer from each kind of mistake?
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { random } from '../../domain/random.ts';
import { structureOf } from '../../domain/structures.ts';
import type { Annotation, LabelLayer } from '../../domain/volume.ts';
import { type RunSet, runsByValue, union } from '../../measure/runs.ts';
import { dropComponents, inventComponent, shiftBoundary } from '../mask-noise.ts';
import type { Segmenter, SegmenterPlugin } from '../segmenter.ts';

const OPTIONS = {
  sd: 'mm; each structure’s boundary moves by a distance drawn from a normal of this deviation (default 0)',
  shift: 'mm; every boundary moves this far, inwards where negative (default 0)',
  drop: 'probability 0…1 that a component of a lesion is missed (default 0)',
  false: 'probability 0…1 that a looked-for lesion structure gains an invented component (default 0)',
  radius: 'mm; radius of invented components (default 6)',
} as const;

type NoiseSettings = Record<keyof typeof OPTIONS, number>;

function settingsOf(options: Readonly<Record<string, string>>): NoiseSettings {
  const settings: NoiseSettings = { sd: 0, shift: 0, drop: 0, false: 0, radius: 6 };
  for (const [name, text] of Object.entries(options)) {
    const value = text === '' ? Number.NaN : Number(text);
    const share = name === 'drop' || name === 'false';
    if (
      !Number.isFinite(value) ||
      (name !== 'shift' && value < 0) ||
      (share && value > 1) ||
      Math.abs(value) > 100
    )
      throw new OverreadError('bad-argument', `noise: ${name} is ${OPTIONS[name as keyof NoiseSettings]}.`);
    settings[name as keyof NoiseSettings] = value;
  }
  return settings;
}

/** Where a lesion's voxel goes when it is lost: to the organ around it, where the same layer has that. */
function backgroundOf(layer: LabelLayer, structure: string): number {
  const parent = structureOf(structure)?.parent;
  return layer.labels.find((label) => label.structure === parent)?.value ?? 0;
}

/** Organs before their parts before lesions, so that what lies inside is drawn last. */
const RANK = { tissue: 0, organ: 1, vessel: 2, part: 3, lesion: 4 } as const;

function noisyLayer(
  layer: LabelLayer,
  annotation: Annotation,
  settings: NoiseSettings,
  seed: string,
): LabelLayer {
  const { grid } = annotation;
  const data = layer.data.slice();
  const byValue = runsByValue(layer.data, grid.shape);
  const rank = (structure: string) => RANK[structureOf(structure)?.kind ?? 'tissue'];
  const labels = [...layer.labels].sort((a, b) => rank(a.structure) - rank(b.structure) || a.value - b.value);
  for (const { value, structure } of labels) {
    const runs = byValue.get(value);
    if (runs === undefined) continue;
    const draw = random(seed, 'noise', structure);
    const background = backgroundOf(layer, structure);
    const lose = (voxel: number) => {
      if (data[voxel] === value) data[voxel] = background;
    };
    // A growing structure takes background and what was drawn before it, not the lesions inside it.
    const gain = (voxel: number) => {
      const there = layer.labels.find((label) => label.value === layer.data[voxel]);
      if (there === undefined || rank(there.structure) < rank(structure)) data[voxel] = value;
    };
    shiftBoundary(runs, grid, settings.shift + settings.sd * draw.fork('shift').normal(), gain, lose);
    if (settings.drop > 0 && structureOf(structure)?.kind === 'lesion')
      dropComponents(runs, settings.drop, draw.fork('drop'), lose);
  }
  return { data, labels: layer.labels };
}

/** The voxels of a structure over all layers. */
function drawnAs(annotation: Annotation, structures: readonly string[]): RunSet | undefined {
  let whole: RunSet | undefined;
  for (const layer of annotation.layers) {
    const wanted = layer.labels.filter((label) => structures.includes(label.structure));
    if (wanted.length === 0) continue;
    const byValue = runsByValue(layer.data, annotation.grid.shape);
    for (const { value } of wanted) {
      const runs = byValue.get(value);
      if (runs !== undefined) whole = whole === undefined ? runs : union(whole, runs);
    }
  }
  return whole;
}

/** Invented lesions go into a layer of their own: the organ below stays as it is drawn. */
function inventedLayers(annotation: Annotation, settings: NoiseSettings, seed: string): LabelLayer[] {
  if (settings.false === 0) return [];
  const lesions = annotation.annotated.filter((id) => {
    const parent = structureOf(id);
    // The union of all lesions of an organ is derived from its kinds where those are annotated.
    const kinds = annotation.annotated.filter(
      (other) => structureOf(other)?.parent === parent?.parent && other !== id,
    );
    return (
      parent?.kind === 'lesion' &&
      !(id.endsWith('_lesion') && kinds.some((kind) => structureOf(kind)?.kind === 'lesion'))
    );
  });
  const layers: LabelLayer[] = [];
  for (const structure of [...lesions].sort()) {
    const draw = random(seed, 'invent', structure);
    if (draw.next() >= settings.false) continue;
    const parent = structureOf(structure)?.parent ?? '';
    const host = drawnAs(annotation, [
      parent,
      ...(parent === 'kidney' ? ['kidney_left', 'kidney_right'] : []),
    ]);
    if (host === undefined) continue;
    const [ni, nj, nk] = annotation.grid.shape;
    const data = new Uint8Array(ni * nj * nk);
    inventComponent(host, annotation.grid, settings.radius, draw, (voxel) => {
      data[voxel] = 1;
    });
    layers.push({ data, labels: [{ value: 1, structure, name: structure }] });
  }
  return layers;
}

function create(options: Readonly<Record<string, string>>): Segmenter {
  const settings = settingsOf(options);
  const hash = contentHash({ segmenter: 'noise', version: 1, settings });
  return {
    id: 'noise',
    hash,
    async segment({ annotation, seed }) {
      if (annotation === undefined)
        throw new OverreadError('expert-failed', 'Mask noise needs an annotated mask: this case has none.');
      return {
        ...annotation,
        layers: [
          ...annotation.layers.map((layer) => noisyLayer(layer, annotation, settings, seed)),
          ...inventedLayers(annotation, settings, seed),
        ],
        origin: { kind: 'predicted', segmenter: 'noise', hash },
      };
    },
  };
}

const noise: SegmenterPlugin = {
  id: 'noise',
  summary: 'the annotated mask with seeded errors',
  options: OPTIONS,
  create,
};

export default noise;
