// The report as Markdown tables.
import type { Cell, Report } from '../domain/report.ts';
import { subtypeName } from '../scoring/subtypes.ts';
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
  typesOf,
  verdict,
} from './format.ts';

/** Text that stays text in a Markdown table: no markup, no HTML, no column break. */
export function safe(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>()#+!|~&@:-]/g, (c) =>
    c === '<' ? '&lt;' : c === '&' ? '&amp;' : `\\${c}`,
  );
}

/** Lines of a table and an empty one after it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line), ''];
}

function cellText(cell: Cell): string {
  if (cell.score === null) return '–';
  return `${percent(cell.score)} ${interval(cell.ci95)}${holdsChance(cell) ? ' ≈' : ''}`;
}

/** The report as GitHub-flavoured Markdown: stages, types, pairs, ladder, errors, cost. */
export function renderMarkdown(report: Report): string {
  const names = readerNames(report.readers).map(safe);
  const { benchmark } = report;
  const lines = [
    `# ${safe(benchmark.name)}`,
    '',
    `${count(benchmark.questions)} questions, ${count(benchmark.patients)} patients, protocol ${protocolOf(report)}, content hash \`${benchmark.contentHash.slice(0, 16).replace(/[^\w:-]/g, '')}\`.`,
    '',
    '## Stages',
    '',
    ...markdownTable(
      ['Reader (format)', ...Object.values(STAGE_NAMES), 'Macro'],
      report.readers.map((reader, i) => [
        `${names[i]} (${reader.format})`,
        ...stageCells(reader).map(({ cell }) => cellText(cell)),
        cellText(reader.macroOverall),
      ]),
    ),
    ...markdownTable(
      ['Chance and n (patients)', ...Object.values(STAGE_NAMES)],
      report.readers.map((reader, i) => [
        names[i],
        ...stageCells(reader).map(
          ({ cell }) => `${percent(cell.chance)}; ${count(cell.n)} (${count(cell.nPatients)})`,
        ),
      ]),
    ),
    ...markdownTable(
      ['Without an answer', 'unparsed', 'refused', 'failed', 'unsupported'],
      report.readers.map(({ overall }, i) => [
        names[i],
        ...[overall.unparsed, overall.refused, overall.failed, overall.unsupported].map(count),
      ]),
    ),
    ...types(report, names),
    ...pairs(report),
    ...ladder(report),
    ...errors(report, names),
    '## Cost',
    '',
    ...markdownTable(
      ['Reader', 'USD', 'tokens in', 'tokens out', 'requests', 'seconds'],
      report.readers.map(({ cost }, i) => [
        names[i],
        dollars(cost.usd).replace('$', '\\$'),
        ...[cost.inputTokens, cost.outputTokens, cost.requests, cost.seconds].map(count),
      ]),
    ),
    '## Notes',
    '',
    `- Scores in %. ≈ the 95 % interval holds chance. Intervals cluster by patient: ${intervalMethods(report).join('; ') || 'none'}.`,
    '- Unparsed, refused and failed reads count as wrong; unsupported ones do not count.',
    ...report.notes.map((note) => `- ${safe(note)}`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function types(report: Report, names: readonly string[]): string[] {
  const rows = typesOf(report).map((type) => [
    safe(subtypeName(type)),
    ...report.readers.map((reader) =>
      reader.types[type] === undefined ? '–' : cellText(reader.types[type]),
    ),
  ]);
  return rows.length === 0 ? [] : ['## Question types', '', ...markdownTable(['Type', ...names], rows)];
}

function pairs(report: Report): string[] {
  if (report.pairs.length === 0) return [];
  const rows = report.pairs.map((pair) => [
    `${safe(pair.a)} − ${safe(pair.b)}`,
    STAGE_NAMES[pair.stage],
    `${points(pair.difference)} ${interval(pair.ci95, points)}`,
    `${pair.win}/${pair.tie}/${pair.loss}`,
    pValue(pair.p),
    pValue(pair.pHolm),
    verdict(pair),
    pair.minimalDetectable === null ? '–' : points(pair.minimalDetectable).slice(1),
    pair.mcnemar === null ? '–' : pValue(pair.mcnemar),
  ]);
  return [
    '## Pairs',
    '',
    'Differences a − b in points. Sign-flip permutation by patient; Holm within stages × pairs and within overall × pairs. McNemar’s test ignores patients and is an extra.',
    '',
    ...markdownTable(
      ['a − b', 'Stage', 'Difference', 'win/tie/loss', 'p', 'p (Holm)', 'Verdict', 'Detectable', 'McNemar'],
      rows,
    ),
  ];
}

function ladder(report: Report): string[] {
  if (report.ladder.length === 0) return [];
  return [
    '## Ladder',
    '',
    ...markdownTable(
      ['Reader', 'Stage', 'Steps given', 'Score', 'Twin', 'Effect', 'n (patients)'],
      report.ladder.map((rung) => [
        safe(rung.reader),
        STAGE_NAMES[rung.stage],
        String(rung.steps),
        percent(rung.score),
        percent(rung.twin),
        rung.ci95 === null ? '–' : `${points(rung.effect)} ${interval(rung.ci95, points)}`,
        `${count(rung.n)} (${count(rung.nPatients)})`,
      ]),
    ),
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
    '## Where tool agents break',
    '',
    ...markdownTable(['Reader', 'wrong reads', ...CAUSES.map((cause) => CAUSE_NAMES[cause])], rows),
  ];
}
