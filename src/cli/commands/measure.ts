// overread measure: every measurement of a mask, with or without its image.
import { OverreadError } from '../../domain/errors.ts';
import type { Measurement, MeasurementSet } from '../../domain/measurement.ts';
import { ruleSet } from '../../domain/measurement.ts';
import { structureName } from '../../domain/structures.ts';
import { shownUnit } from '../../domain/units.ts';
import { seriesOf } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';
import { noteSentence } from '../notes.ts';

/** Instances of a region that the text form lists; the JSON form has all. */
const SHOWN_INSTANCES = 5;

interface Row {
  readonly name: string;
  readonly value: string;
  readonly rest: string;
}

function rowOf(m: Measurement): Row {
  const name = `${m.quantity}${m.with ? ` to ${structureName(m.with)}` : ''}`;
  const flags = m.flags?.length ? `  [${m.flags.join(', ')}]` : '';
  if (m.value === null) return { name, value: '–', rest: flags === '' ? '  not measurable' : flags };
  const value = typeof m.value === 'number' ? String(Number(m.value.toPrecision(6))) : m.value;
  const unit = shownUnit(m.unit);
  return { name, value, rest: `${unit === '' ? '' : ` ${unit}`}${flags}` };
}

/** One line for each measurement, values right-aligned; an undefined one is a dash with its reason. */
function lines(measurements: readonly Measurement[], indent: string): string[] {
  const rows = measurements.map(rowOf);
  const names = Math.max(0, ...rows.map((row) => row.name.length));
  const values = Math.max(0, ...rows.map((row) => row.value.length));
  return rows.map(
    ({ name, value, rest }) => `${indent}${name.padEnd(names)}  ${value.padStart(values)}${rest}`,
  );
}

export function renderMeasurements(set: MeasurementSet): string {
  const all = [
    `${set.shape.join(' × ')} voxels of ${set.spacing.map((s) => Number(s.toPrecision(5))).join(' × ')} mm, ${set.axes}; rules: ${set.rules}${set.hasImage ? '' : '; no image, so no HU values'}`,
  ];
  for (const region of set.regions) {
    all.push('', `${structureName(region.structure)} (label ${region.label}): ${region.voxels} voxels`);
    all.push(...lines(region.measurements, '  '));
    for (const instance of region.instances.slice(0, SHOWN_INSTANCES)) {
      all.push(`  #${instance.index} ${structureName(instance.structure)}, ${instance.voxels} voxels`);
      all.push(...lines(instance.measurements, '    '));
    }
    if (region.instances.length > SHOWN_INSTANCES)
      all.push(`  … and ${region.instances.length - SHOWN_INSTANCES} smaller ones (see --json)`);
  }
  if (set.notes.length > 0) all.push('', ...set.notes.map((note) => `note: ${noteSentence(note)}`));
  return all.join('\n');
}

export default {
  register: (program) =>
    program
      .command('measure')
      .description('measure every structure of a mask')
      .requiredOption('--mask <file>', 'label map, DICOM SEG, or the folder of one case')
      .option('--image <file>', 'the scan, for HU values')
      .option('--scheme <name>', 'label scheme: a name (see "overread layouts") or a JSON file')
      .option('--series <n>', 'which DICOM series of several, by its number in the error’s list')
      .option('--accept-irregular', 'spread unevenly spaced DICOM slices evenly')
      .option('--rules <set>', 'strict or radgpt', 'strict'),
  async run(session, _positional, flags) {
    const rules = ruleSet.safeParse(flags.rules);
    if (!rules.success)
      throw new OverreadError(
        'bad-argument',
        'There are two rule sets: give --rules strict or --rules radgpt.',
      );
    const [{ openCase }, { measureCase }] = await Promise.all([
      import('../open-case.ts'),
      import('../../measure/measure.ts'),
    ]);
    const opened = await openCase({
      mask: text(flags, 'mask') ?? '',
      image: text(flags, 'image'),
      scheme: text(flags, 'scheme') ?? session.config.scheme,
      read: {
        ...seriesOf(text(flags, 'series')),
        ...(flags.acceptIrregular === true ? { acceptIrregular: true } : {}),
      },
    });
    const set = measureCase(opened.annotation, opened.volume, { rules: rules.data });
    const { regions, ...head } = set;
    session.result({ regions, ...head, remarks: opened.remarks });
    session.say(renderMeasurements(set));
    for (const remark of opened.remarks) session.remark(`note: ${remark}`);
    return 0;
  },
} satisfies CliCommand;
