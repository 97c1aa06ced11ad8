// What every label scheme promises: unambiguous labels, and names in the form in which names are compared.
import { expect, it } from 'vitest';
import { gridOf } from '../../domain/geometry.ts';
import type { RawAnnotation } from '../../domain/volume.ts';
import { applyScheme, type LabelScheme, labelName } from '../scheme.ts';

/** One voxel of every label of a scheme, by value or by name. */
function oneVoxelEach(scheme: LabelScheme, by: 'value' | 'name'): RawAnnotation {
  const labels = scheme.labels.map((label, i) =>
    by === 'value'
      ? { value: label.value ?? 0 }
      : { value: i + 1, name: label.names?.[0] ?? label.structure },
  );
  const data = Uint16Array.from(labels, (label) => label.value);
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  return {
    grid: gridOf([data.length, 1, 1], identity),
    layers: [{ data, labels }],
    source: { format: 'test', hash: '', axes: 'RAS', notes: [] },
  };
}

export function schemeContract(scheme: LabelScheme): void {
  it('gives each value one meaning', () => {
    const values = scheme.labels.flatMap((label) => (label.value === undefined ? [] : [label.value]));
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(value).toBeGreaterThan(0);
  });
  it('gives each name one structure, in comparable form', () => {
    const meaning = new Map<string, string>();
    for (const label of scheme.labels)
      for (const name of [label.structure.toLowerCase(), ...(label.names ?? [])]) {
        expect(labelName(name)).toBe(name);
        expect([undefined, label.structure]).toContain(meaning.get(name));
        meaning.set(name, label.structure);
      }
  });
  it('turns its own names into its structures, and knows them all', () => {
    const annotation = applyScheme(oneVoxelEach(scheme, 'name'), scheme);
    expect(annotation.unknown).toEqual([]);
    expect(annotation.layers[0].labels.map((l) => l.structure)).toEqual(
      scheme.labels.map((l) => l.structure),
    );
  });
  it('turns its own numbers into its structures', () => {
    const numbered = scheme.labels.filter((label) => label.value !== undefined);
    if (numbered.length === 0) return;
    const annotation = applyScheme(oneVoxelEach({ ...scheme, labels: numbered }, 'value'), scheme);
    expect(annotation.unknown).toEqual([]);
    expect(annotation.layers[0].labels.map((l) => l.structure)).toEqual(numbered.map((l) => l.structure));
  });
  it('names a label that it does not know, and does not guess', () => {
    const raw = oneVoxelEach(scheme, 'name');
    const data = Uint16Array.from([...raw.layers[0].data, 9999]);
    const labels = [...raw.layers[0].labels, { value: 9999, name: 'flux capacitor' }];
    const annotation = applyScheme({ ...raw, layers: [{ data, labels }] }, scheme);
    expect(annotation.unknown).toEqual([{ value: 9999, name: 'flux capacitor', voxels: 1 }]);
  });
  it('looks for the parts of what it always looks for as a whole', () => {
    const structures = new Set(scheme.labels.map((label) => label.structure));
    for (const parts of Object.values(scheme.unions ?? {}))
      for (const part of parts) expect(structures).toContain(part);
  });
}
