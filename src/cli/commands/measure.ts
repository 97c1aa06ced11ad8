// overread measure: every measurement of a mask, with or without its image.
import { OverreadError } from '../../domain/errors.ts';
import type { Measurement, MeasurementSet } from '../../domain/measurement.ts';
import { ruleSet } from '../../domain/measurement.ts';
import { structureName } from '../../domain/structures.ts';
import { shownUnit } from '../../domain/units.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';
import { noteSentence } from '../notes.ts';

/** Instances of a region that the text form lists; the JSON form has all. */
const SHOWN_INSTANCES = 5;

function shown(m: Measurement): string {
  const value =
    typeof m.value === 'number'
      ? String(Number(m.value.toPrecision(6)))
      : (m.value ?? `undefined (${(m.flags ?? []).join(', ') || 'not measurable'})`);
  const unit = shownUnit(m.unit);
  const flags = m.value !== null && m.flags?.length ? `  [${m.flags.join(', ')}]` : '';
  return `${m.quantity}${m.with ? ` to ${structureName(m.with)}` : ''}  ${value}${m.value === null || unit === '' ? '' : ` ${unit}`}${flags}`;
}

export function renderMeasurements(set: MeasurementSet): string {
  const lines = [
    `${set.shape.join(' × ')} voxels of ${set.spacing.map((s) => Number(s.toPrecision(5))).join(' × ')} mm, ${set.axes}; rules: ${set.rules}${set.hasImage ? '' : '; no image, so no HU values'}`,
  ];
  for (const region of set.regions) {
    lines.push('', `${structureName(region.structure)} (label ${region.label}): ${region.voxels} voxels`);
    for (const m of region.measurements) lines.push(`  ${shown(m)}`);
    for (const instance of region.instances.slice(0, SHOWN_INSTANCES)) {
      lines.push(`  #${instance.index} ${structureName(instance.structure)}, ${instance.voxels} voxels`);
      for (const m of instance.measurements) lines.push(`    ${shown(m)}`);
    }
    if (region.instances.length > SHOWN_INSTANCES)
      lines.push(`  … and ${region.instances.length - SHOWN_INSTANCES} smaller ones (see --json)`);
  }
  if (set.notes.length > 0) lines.push('', ...set.notes.map((note) => `note: ${noteSentence(note)}`));
  return lines.join('\n');
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

/** A number counts in the list; anything else is a SeriesInstanceUID. */
function seriesOf(given: string | undefined): { series?: number | string } {
  if (given === undefined) return {};
  return { series: /^\d+$/.test(given) ? Number(given) : given };
}
