// The tables of the real-mask campaign: how far two segmentations agree, and what the difference costs each stage.
import { STAGES } from '../../src/domain/question.ts';
import { structureName } from '../../src/domain/structures.ts';
import { FORMAT_NAMES, STAGE_NAMES, scoreText } from './noise-markdown.ts';
import type { Both, PairingResult, StructureAgreement } from './real-campaign.ts';
import { table } from './section.ts';

/** "111.6 → 109.8 (−1.6 %)" */
function change([before, after]: Both, digits: number, relative = false): string {
  if (before === null && after === null) return '';
  const shown = [before, after].map((value) => value?.toFixed(digits).replace('-', '−') ?? '–').join(' → ');
  if (before === null || after === null) return shown;
  const by = relative ? (100 * (after - before)) / before : after - before;
  const text = `${by > 0 ? '+' : by < 0 ? '−' : ''}${Math.abs(by).toFixed(relative ? 1 : digits)}`;
  return `${shown} (${text}${relative ? ' %' : ''})`;
}

/** Without the unions of lesions that have a single kind in them: they repeat its row. */
function distinct(all: readonly StructureAgreement[]): StructureAgreement[] {
  const facts = ({ item, prediction, dice, volume }: StructureAgreement) =>
    JSON.stringify([item, prediction, dice, volume]);
  const isUnion = ({ structure }: StructureAgreement) => structure.endsWith('_lesion');
  return all.filter(
    (row) => !(isUnion(row) && all.some((other) => !isUnion(other) && facts(other) === facts(row))),
  );
}

export function agreementTable(all: readonly StructureAgreement[]): string {
  const rows = distinct(all);
  const cases = new Set(rows.map(({ item }) => item)).size > 1;
  const predictions = new Set(rows.map(({ prediction }) => prediction)).size > 1;
  const some = (of: (row: StructureAgreement) => Both) =>
    rows.some((row) => of(row).some((value) => value !== null));
  const columns: [string, (row: StructureAgreement) => string, boolean][] = [
    ['structure', (row) => structureName(row.structure), true],
    ['case', (row) => row.item.replace('case_', ''), cases],
    ['prediction', (row) => row.prediction, predictions],
    ['Dice', (row) => row.dice.toFixed(3), true],
    ['HD95 (mm)', (row) => row.hd95?.toFixed(1) ?? '–', true],
    ['volume (cm³)', (row) => change(row.volume, 1, true), true],
    ['largest diameter (mm)', (row) => change(row.diameter, 1), some((row) => row.diameter)],
    [
      'instances',
      (row) => (row.instances[0] === null ? '' : row.instances.join(' → ')),
      some((row) => row.instances),
    ],
    ['mean HU', (row) => change(row.hu, 1), some((row) => row.hu)],
  ];
  const used = columns.filter(([, , wanted]) => wanted);
  return table(
    used.map(([head]) => head),
    rows.map((row) => used.map(([, cell]) => cell(row))),
  );
}

export function stageTable({ stages }: Pick<PairingResult, 'stages'>): string {
  const asked = STAGES.filter((stage) => stages[0].stages[stage].n > 0);
  const [first] = stages;
  return table(
    ['masks', 'form', ...asked.map((stage) => STAGE_NAMES[stage]), 'lost, by type (points of questions)'],
    [
      ...stages.map(({ prediction, format, stages: cells, lost }) => [
        prediction,
        FORMAT_NAMES[format].toLowerCase(),
        ...asked.map((stage) => scoreText(cells[stage])),
        lost
          // What rounding leaves of a free-form number is not worth a line.
          .filter(({ points }) => points >= 0.005)
          .map(({ type, n, points }) => `${type} ${Number(points.toFixed(2))} of ${n}`)
          .join(', ') || 'none',
      ]),
      [
        'chance',
        FORMAT_NAMES.mc.toLowerCase(),
        ...asked.map((stage) => (100 * (first.stages[stage].chance ?? Number.NaN)).toFixed(1)),
        '',
      ],
      [
        'questions, patients',
        '',
        ...asked.map((stage) => `${first.stages[stage].n}, ${first.stages[stage].nPatients}`),
        '',
      ],
    ],
  );
}
