// Label schemes: which label value or mask name stands for which structure, and what a scheme always looks for.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { StructureId } from '../domain/structures.ts';
import type { Annotation, LabelLayer, RawAnnotation, RawLabel } from '../domain/volume.ts';
import { schemes } from './schemes/registry.generated.ts';

/** One label: matched by its name where the source gives one, else by its value. */
export interface SchemeLabel {
  readonly structure: StructureId;
  readonly value?: number;
  /** Normalised (`labelName`) names under which files carry it; the structure's own id always counts too. */
  readonly names?: readonly string[];
}

export interface LabelScheme {
  readonly id: string;
  readonly summary: string;
  readonly labels: readonly SchemeLabel[];
  /**
   * Structures that numbers without names stand for: without a voxel they are absent, not unknown. A source that
   * names its labels says itself what was looked for.
   */
  readonly annotated: readonly StructureId[];
  /** A structure counts as looked for when all of these were: kidney when both sides were. */
  readonly unions?: Readonly<Record<StructureId, readonly StructureId[]>>;
  /** Layout or data-set names that mean this scheme, normalised. */
  readonly aliases?: readonly string[];
}

/** "Kidney-Left.nii.gz" and "kidney left" become "kidney_left": names are compared in this form. */
export function labelName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\.(nii(\.gz)?|nrrd|mha)$/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

function labelNamed(scheme: LabelScheme, name: string): SchemeLabel | undefined {
  return scheme.labels.find((l) => l.names?.includes(name) || l.structure.toLowerCase() === name);
}

function structureFor(scheme: LabelScheme, label: RawLabel): StructureId | undefined {
  if (label.name !== undefined) {
    const name = labelName(label.name);
    const byName = labelNamed(scheme, name);
    if (byName !== undefined) return byName.structure;
    // A file that names its labels is believed: its numbers are not consulted unless the name is one.
    if (!/^((label|segment|class)_?)?\d+$/.test(name)) return undefined;
  }
  return scheme.labels.find((l) => l.value === label.value)?.structure;
}

/**
 * Gives an annotation's labels their structures. Labels that the scheme does not know are listed in `unknown` with
 * their voxel count and left out of the layers; no structure is guessed for them. What was looked for is what the source
 * names, masks without a voxel included; where it has numbers only, what the scheme says.
 */
export function applyScheme(raw: RawAnnotation, scheme: LabelScheme): Annotation {
  const named = raw.layers.some((layer) => layer.labels.some((label) => label.name !== undefined));
  const annotated = new Set<StructureId>(named ? [] : scheme.annotated);
  const unknown: { value: number; name?: string; voxels: number }[] = [];
  const layers: LabelLayer[] = [];
  for (const layer of raw.layers) {
    const known: { value: number; structure: StructureId; name: string }[] = [];
    const strange: RawLabel[] = [];
    for (const label of layer.labels) {
      if (label.value === 0) continue;
      const structure = structureFor(scheme, label);
      if (structure === undefined) strange.push(label);
      else {
        known.push({ value: label.value, structure, name: label.name ?? String(label.value) });
        annotated.add(structure);
      }
    }
    if (strange.length > 0) {
      const counts = countValues(layer.data);
      for (const { value, name } of strange)
        unknown.push({ value, ...(name === undefined ? {} : { name }), voxels: counts.get(value) ?? 0 });
    }
    if (known.length > 0) layers.push({ data: layer.data, labels: known });
  }
  for (const [whole, parts] of Object.entries(scheme.unions ?? {}))
    if (parts.every((part) => annotated.has(part))) annotated.add(whole);
  return {
    grid: raw.grid,
    layers,
    annotated: [...annotated],
    scheme: scheme.id,
    origin: { kind: 'annotated' },
    unknown,
    source: raw.source,
  };
}

function countValues(data: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  let run = 0;
  let previous = data[0];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === previous) run++;
    else {
      counts.set(previous, (counts.get(previous) ?? 0) + run);
      previous = data[i];
      run = 1;
    }
  }
  if (run > 0) counts.set(previous, (counts.get(previous) ?? 0) + run);
  return counts;
}

const builtIn: readonly LabelScheme[] = Object.values(schemes);

export const SCHEME_IDS: readonly string[] = builtIn.map((scheme) => scheme.id);

/** A built-in scheme by id or alias ("Task07_Pancreas"), or undefined. */
export function schemeNamed(name: string): LabelScheme | undefined {
  const wanted = labelName(name);
  return builtIn.find((s) => labelName(s.id) === wanted || s.aliases?.includes(wanted));
}

/**
 * The scheme of an annotation: the one asked for by name or JSON file; else the one its layout implies; else the
 * built-in scheme that knows the most of its label names. Throws `scheme-unknown` when nothing fits, since numbers
 * without names mean nothing by themselves.
 */
export async function chooseScheme(raw: RawAnnotation, nameOrFile?: string): Promise<LabelScheme> {
  if (nameOrFile !== undefined) {
    const named = schemeNamed(nameOrFile);
    if (named !== undefined) return named;
    if (existsSync(nameOrFile) || /\.json$/i.test(nameOrFile)) return readScheme(nameOrFile);
    throw new OverreadError(
      'scheme-unknown',
      `There is no label scheme "${basename(nameOrFile)}": choose one of ${SCHEME_IDS.join(', ')}, or give a JSON file.`,
    );
  }
  if (raw.impliedScheme !== undefined) {
    const implied = schemeNamed(raw.impliedScheme);
    if (implied !== undefined) return implied;
  }
  const best = bestByName(raw);
  if (best !== undefined) return best;
  const labels = raw.layers.flatMap((layer) => layer.labels.map((l) => l.name ?? String(l.value)));
  const shown = labels.slice(0, 6).join(', ');
  throw new OverreadError(
    'scheme-unknown',
    `The labels ${shown}${labels.length > 6 ? ', …' : ''} do not say what they are: give --scheme with one of ${SCHEME_IDS.join(', ')}, or a JSON file such as {"labels": {"1": "liver"}}.`,
  );
}

/** Most names known wins; among equals the scheme whose numbers agree, then the one with the fewest labels. */
function bestByName(raw: RawAnnotation): LabelScheme | undefined {
  const labels = raw.layers.flatMap((layer) => layer.labels).filter((l) => l.name !== undefined);
  if (labels.length === 0) return undefined;
  let best: { scheme: LabelScheme; score: readonly number[] } | undefined;
  for (const scheme of builtIn) {
    let known = 0;
    let agreeing = 0;
    for (const { value, name } of labels) {
      const label = labelNamed(scheme, labelName(name ?? ''));
      if (label === undefined) continue;
      known++;
      if (label.value === value) agreeing++;
    }
    const score = [known, agreeing, -scheme.labels.length];
    if (known > 0 && (best === undefined || isGreater(score, best.score))) best = { scheme, score };
  }
  return best?.scheme;
}

function isGreater(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at] > b[at];
}

const schemeFile = z.strictObject({
  id: z.string().min(1).optional(),
  summary: z.string().optional(),
  /** Label value or mask name to structure: {"1": "liver", "tumour": "liver_tumor"}. */
  labels: z.record(z.string().min(1), z.string().regex(/^[A-Za-z0-9_]+$/, 'a structure id has no spaces')),
  /** Default: every structure that `labels` names. */
  annotated: z.array(z.string()).optional(),
});

/** A scheme out of a user's JSON file. Throws `file-not-found`, `bad-config`. */
export function readScheme(path: string): LabelScheme {
  const name = basename(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OverreadError('file-not-found', `The label scheme ${name} cannot be read: check the path.`, {
      cause,
    });
  }
  let parsed: z.infer<typeof schemeFile>;
  try {
    parsed = schemeFile.parse(JSON.parse(text));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError ? z.prettifyError(cause).replace(/\s*\n\s*/g, ' ') : messageOf(cause);
    throw new OverreadError(
      'bad-config',
      `The label scheme ${name} is not valid (${why}): write {"labels": {"1": "liver", "2": "liver_tumor"}}.`,
      { cause },
    );
  }
  const labels = Object.entries(parsed.labels).map(
    ([label, structure]): SchemeLabel =>
      /^\d+$/.test(label) ? { structure, value: Number(label) } : { structure, names: [labelName(label)] },
  );
  const structures = [...new Set(labels.map((label) => label.structure))];
  return {
    id: parsed.id ?? name.replace(/\.json$/i, ''),
    summary: parsed.summary ?? 'Label scheme from a file',
    labels,
    annotated: parsed.annotated ?? structures,
  };
}
