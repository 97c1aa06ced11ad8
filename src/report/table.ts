// The report for a terminal: what each reader scores at each stage, with interval, chance and n.
import type { ReaderReport, Report } from '../domain/report.ts';
import {
  CAUSE_NAMES,
  CAUSES,
  count,
  dollars,
  holdsChance,
  interval,
  intervalMethods,
  oneLine,
  percent,
  points,
  protocolOf,
  pValue,
  readerNames,
  STAGE_NAMES,
  stageCells,
} from './format.ts';
import { alignColumns, wrapped } from './text-table.ts';

export interface TableOptions {
  /** Width of the terminal in characters; default 100. Narrower than 72 is treated as 72. */
  readonly columns?: number;
}

/** More pairs than this are listed in the other formats only. */
const PAIRS_SHOWN = 24;

/** The report as plain text without colours or control characters. */
export function renderTable(report: Report, options: TableOptions = {}): string {
  const width = Math.max(72, options.columns ?? 100);
  // Numbers stand for the names where two of them share a line.
  const plain = readerNames(report.readers);
  const names = report.pairs.length > 0 ? plain.map((name, i) => `${i + 1} ${name}`) : plain;
  const lines = [
    `${oneLine(report.benchmark.name)} · ${count(report.benchmark.questions)} questions, ${count(report.benchmark.patients)} patients · protocol: ${protocolOf(report)}`,
    '',
  ];
  for (const format of ['mc', 'free'] as const) {
    const chosen = report.readers.flatMap((reader, i) =>
      reader.format === format ? [{ reader, name: names[i] }] : [],
    );
    if (chosen.length === 0) continue;
    lines.push(
      format === 'mc'
        ? 'Multiple choice, accuracy in %'
        : 'Free form, accuracy and mean relative accuracy in %',
      ...stageTable(chosen, width),
      '',
    );
  }
  if (report.readers.length === 0) lines.push('No run was scored.', '');
  lines.push(
    ...unanswered(report, names),
    ...pairs(report, plain),
    ...ladder(report),
    ...errors(report, names),
  );
  lines.push(...costs(report, names));
  const methods = intervalMethods(report);
  if (methods.length > 0)
    lines.push(
      ...wrapped(
        `≈ the 95 % interval holds chance. Intervals cluster by patient: ${methods.join('; ')}.`,
        width,
      ),
    );
  for (const note of report.notes) lines.push(...wrapped(`Note: ${oneLine(note)}`, width));
  return lines.join('\n').trimEnd();
}

/** A name column narrower than this would not tell readers apart. */
const LEAST_NAME = 16;

const SHORT_NAMES: Readonly<Record<string, string>> = {
  overall: 'Overall',
  recognition: 'Recogn.',
  measurement: 'Measure.',
  'visual-reasoning': 'Visual',
  'medical-reasoning': 'Medical',
};

/** Full; then without the macro mean; then with short heads and whole percents in intervals: whatever fits. */
function stageTable(readers: readonly { reader: ReaderReport; name: string }[], width: number): string[] {
  const forms = [
    { macro: true, compact: false },
    { macro: false, compact: false },
    { macro: true, compact: true },
    { macro: false, compact: true },
  ].map((form) => {
    const rows = stageRows(readers, form);
    const used = rows[0]
      .slice(1)
      .reduce((sum, _, c) => sum + Math.max(...rows.map((r) => r[c + 1].length)) + 2, 0);
    return { rows, room: width - used };
  });
  const { rows, room } = forms.find((form) => form.room >= LEAST_NAME) ?? forms[forms.length - 1];
  return alignColumns(rows, { first: Math.max(LEAST_NAME, room) });
}

function stageRows(
  readers: readonly { reader: ReaderReport; name: string }[],
  { macro, compact }: { macro: boolean; compact: boolean },
): string[][] {
  const all = readers.map(({ reader }) => [
    ...stageCells(reader).map(({ cell }) => cell),
    ...(macro ? [reader.macroOverall] : []),
  ]);
  type Cells = (typeof all)[number];
  const heads = stageCells(readers[0].reader).map(({ stage }) =>
    compact ? SHORT_NAMES[stage] : STAGE_NAMES[stage].replace(' reasoning', ' r.'),
  );
  const reads = (cells: Cells) => cells.map((cell) => `${count(cell.n)}  `);
  const patients = (cells: Cells) => cells.map((cell) => `${count(cell.nPatients)}  `);
  const chance = (cells: Cells) => cells.map((cell) => `${percent(cell.chance)}  `);
  // n and chance stand on top as the first reader has them, and again under a reader that differs.
  const differs = (of: typeof reads, cells: Cells) => of(cells).join() !== of(all[0]).join();
  const rows = [
    ['', ...heads, ...(macro ? ['Macro'] : [])].map((head, c) => (c === 0 ? head : `${head}  `)),
    ['questions read', ...reads(all[0])],
    ['patients', ...patients(all[0])],
    ['chance', ...chance(all[0])],
  ];
  const digits = compact ? 0 : 1;
  readers.forEach(({ name }, r) => {
    rows.push([name, ...all[r].map((cell) => `${percent(cell.score)}${holdsChance(cell) ? ' ≈' : '  '}`)]);
    rows.push(['', ...all[r].map((cell) => interval(cell.ci95, (value) => percent(value, digits)))]);
    if (differs(reads, all[r])) rows.push(['  its reads', ...reads(all[r])]);
    if (differs(chance, all[r])) rows.push(['  its chance', ...chance(all[r])]);
  });
  return rows;
}

function unanswered(report: Report, names: readonly string[]): string[] {
  const some = report.readers.some(({ overall: o }) => o.unparsed + o.refused + o.failed + o.unsupported > 0);
  if (!some) return [];
  const rows = report.readers.map(({ overall }, i) => [
    names[i],
    ...[overall.unparsed, overall.refused, overall.failed, overall.unsupported].map(count),
  ]);
  return [
    'Without an answer: unparsed, refused and failed count as wrong; unsupported does not count',
    ...alignColumns([['', 'unparsed', 'refused', 'failed', 'unsupported'], ...rows]),
    '',
  ];
}

function pairs(report: Report, names: readonly string[]): string[] {
  if (report.pairs.length === 0) return [];
  const numbered = (name: string) => `${names.indexOf(oneLine(name)) + 1 || oneLine(name)}`;
  const shown =
    report.pairs.length <= PAIRS_SHOWN
      ? report.pairs
      : report.pairs.filter((pair) => pair.stage === 'overall');
  const rows = shown
    .slice(0, PAIRS_SHOWN)
    .map((pair) => [
      `${numbered(pair.a)} − ${numbered(pair.b)}`,
      STAGE_NAMES[pair.stage],
      points(pair.difference),
      interval(pair.ci95, points),
      `${count(pair.win)}/${count(pair.tie)}/${count(pair.loss)}`,
      pValue(pair.pHolm),
    ]);
  const left = report.pairs.length - rows.length;
  return [
    'Differences between readers by number, in points; sign-flip test by patient, Holm within each family',
    ...alignColumns([['', 'stage', 'difference', '95 %', 'win/tie/loss', 'p'], ...rows], { first: 44 }),
    ...(left > 0 ? [`… and ${count(left)} more in --format md, html or json`] : []),
    '',
  ];
}

function ladder(report: Report): string[] {
  if (report.ladder.length === 0) return [];
  const rows = report.ladder.map((rung) => [
    oneLine(rung.reader),
    STAGE_NAMES[rung.stage],
    String(rung.steps),
    percent(rung.score),
    percent(rung.twin),
    rung.ci95 === null ? '' : points(rung.effect),
    rung.ci95 === null ? '' : interval(rung.ci95, points),
    count(rung.n),
  ]);
  return [
    'Ladder: gold evidence of the first steps given; twin: another patient’s',
    ...alignColumns([['', 'stage', 'steps', 'score', 'twin', 'effect', '95 %', 'n'], ...rows]),
    '',
  ];
}

function errors(report: Report, names: readonly string[]): string[] {
  const rows = report.readers.flatMap(({ errors: found }, i) =>
    found === null
      ? []
      : [[names[i], count(found.wrong), ...CAUSES.map((cause) => count(found.causes[cause]))]],
  );
  if (rows.length === 0) return [];
  return [
    'Where tool agents break: first deviation from the gold chain, over wrong reads',
    ...alignColumns([
      ['', 'wrong', ...CAUSES.map((cause) => CAUSE_NAMES[cause].replace('wrong ', ''))],
      ...rows,
    ]),
    '',
  ];
}

function costs(report: Report, names: readonly string[]): string[] {
  const asked = report.readers.some(({ cost }) => cost.requests > 0 || (cost.usd ?? 0) > 0);
  if (!asked) return [];
  const rows = report.readers.map(({ cost }, i) => [
    names[i],
    dollars(cost.usd),
    count(cost.inputTokens),
    count(cost.outputTokens),
    count(cost.requests),
    `${cost.seconds.toFixed(cost.seconds < 10 ? 1 : 0)} s`,
  ]);
  return [
    'Cost',
    ...alignColumns([['', 'USD', 'tokens in', 'tokens out', 'requests', 'model time'], ...rows]),
    '',
  ];
}
