// What `overread inspect` found, as text: geometry, labels in columns, what can be asked and what not and why.
import { STAGES } from '../domain/question.ts';
import { structureName } from '../domain/structures.ts';
import type { Geometry, Inspection, Label } from './commands/inspect.ts';
import { noteSentence } from './notes.ts';

function describe(g: Geometry): string {
  const spacing = g.spacing.map((s) => Number(s.toPrecision(5))).join(' × ');
  return `${g.shape.join(' × ')} voxels of ${spacing} mm, ${g.axes}${g.obliquityDegrees > 0.5 ? `, ${g.obliquityDegrees}° oblique` : ''}`;
}

/** One line for each label that occurs: value, structure, voxels, and the file's own name where it says more. */
function labelLines(labels: readonly Label[]): string[] {
  const rows = labels
    .filter((label) => label.structure === null || label.voxels > 0)
    .map(({ value, name, structure, voxels }) => {
      const shown = structure === null ? 'UNKNOWN to the scheme' : structureName(structure);
      const own = name === undefined || name === String(value) || plain(name) === plain(structure ?? '');
      return { value: String(value), shown, voxels: String(voxels), own: own ? '' : `  "${name}"` };
    });
  const width = (key: 'value' | 'shown' | 'voxels') => Math.max(0, ...rows.map((row) => row[key].length));
  const [values, names, counts] = [width('value'), width('shown'), width('voxels')];
  return rows.map(
    ({ value, shown, voxels, own }) =>
      `    ${value.padStart(values)}  ${shown.padEnd(names)}  ${voxels.padStart(counts)} voxels${own}`,
  );
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');

export function renderInspection(found: Inspection): string {
  const lines: string[] = [found.path];
  if (found.format) lines.push(`  format    ${found.format}${found.dataType ? `, ${found.dataType}` : ''}`);
  if (found.geometry) lines.push(`  geometry  ${describe(found.geometry)}`);
  const facts = Object.entries(found.facts ?? {});
  const widest = Math.max(9, ...facts.map(([name]) => name.length));
  for (const [name, value] of facts) lines.push(`  ${name.padEnd(widest)} ${value}`);
  if (found.layout)
    lines.push(`  layout    ${found.layout}, ${found.cases} ${found.cases === 1 ? 'case' : 'cases'}`);
  for (const one of found.inspected) {
    lines.push('', one.item);
    if (one.error) {
      lines.push(`  ${one.error.message}`);
      continue;
    }
    if (one.geometry) lines.push(`  ${describe(one.geometry)}`);
    lines.push(
      one.image
        ? `  image     ${one.image.units}, ${one.image.minimum} to ${one.image.maximum}`
        : '  image     none: masks only, so no HU values',
    );
    lines.push(`  labels    by scheme ${one.scheme}`);
    lines.push(...labelLines(one.labels ?? []));
    if (one.absent?.length) lines.push(`  absent    ${one.absent.map(structureName).join(', ')}`);
    for (const note of one.notes ?? []) lines.push(`  note      ${noteSentence(note)}`);
  }
  if (found.askable) {
    lines.push(
      '',
      `What can be asked of ${found.inspected.length === 1 ? 'it' : `the first ${found.inspected.length} cases`}`,
    );
    for (const stage of STAGES) {
      const types = found.askable.filter((entry) => entry.stage === stage && entry.questions > 0);
      lines.push(
        `  ${stage}: ${types.length === 0 ? 'nothing' : types.map((t) => `${t.type} (${t.questions})`).join(', ')}`,
      );
    }
    const missing = new Map<string, string[]>();
    for (const { type, questions, reason } of found.askable)
      if (questions === 0)
        missing.set(reason ?? 'no reason recorded', [
          ...(missing.get(reason ?? 'no reason recorded') ?? []),
          type,
        ]);
    if (missing.size > 0) lines.push('', 'What cannot, and why');
    for (const [reason, types] of missing)
      lines.push(`  ${reason.charAt(0).toUpperCase()}${reason.slice(1)}: ${types.join(', ')}`);
  }
  for (const note of found.notes) lines.push(`note: ${note}`);
  return lines.join('\n');
}
