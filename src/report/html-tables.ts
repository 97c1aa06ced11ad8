// The tables of the HTML report: every number that a figure shows, and the heat map of question types.
import { STAGES } from '../domain/question.ts';
import type { Cell, PairRow, Report } from '../domain/report.ts';
import { subtypeName, subtypeOf } from '../scoring/subtypes.ts';
import { breakableName, escapeHtml } from './escape.ts';
import type { NamedReader } from './figures/canvas.ts';
import {
  CAUSE_NAMES,
  CAUSES,
  count,
  dollars,
  holdsChance,
  interval,
  percent,
  points,
  pValue,
  STAGE_NAMES,
  stageCells,
  typesOf,
  verdict,
} from './format.ts';

/** A table that scrolls sideways within itself; `rows` are markup. */
export function table(caption: string, head: readonly string[], rows: readonly string[], kind = ''): string {
  const heads = head.map((text) => `<th scope="col">${breakableName(text)}</th>`).join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table class="${kind}"><thead><tr>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

export const rowHead = (name: string, sub = ''): string =>
  `<th scope="row">${breakableName(name)}${sub === '' ? '' : `<span class="sub">${escapeHtml(sub)}</span>`}</th>`;

/** A cell's interval, method, chance and n in words. */
function detail(cell: Cell): string {
  return `95 % interval ${interval(cell.ci95)} (${cell.interval}); chance ${percent(cell.chance)} (${cell.chanceBaseline}); ${count(cell.n)} reads of ${count(cell.nPatients)} patients; unparsed ${cell.unparsed}, refused ${cell.refused}, failed ${cell.failed}, unsupported ${cell.unsupported}`;
}

const near = (cell: Cell): string =>
  holdsChance(cell) ? ' <span class="near" title="the interval holds chance">≈</span>' : '';

export function stageTable(readers: readonly NamedReader[]): string {
  const rows = readers.map(({ name, reader }) => {
    const shown = stageCells(reader).map(({ cell }) =>
      scoreCell(cell, `chance ${percent(cell.chance)} · n ${count(cell.n)}`),
    );
    const sub = [
      reader.format === 'mc' ? 'multiple choice' : 'free form',
      `${count(reader.overall.nPatients)} patients`,
      ...(['unparsed', 'refused', 'failed', 'unsupported'] as const).flatMap((status) =>
        reader.overall[status] > 0 ? [`${count(reader.overall[status])} ${status}`] : [],
      ),
      ...(reader.repeatSd === null ? [] : [`± ${percent(reader.repeatSd)} between repeats`]),
    ];
    return `<tr>${rowHead(name, sub.join(' · '))}${shown.join('')}${scoreCell(reader.macroOverall, '')}</tr>`;
  });
  return table('Scores by stage', ['Reader', ...Object.values(STAGE_NAMES), 'Macro'], rows, 'stages');
}

function scoreCell(cell: Cell, sub: string): string {
  return `<td title="${escapeHtml(detail(cell))}"><b>${percent(cell.score)}</b>${near(cell)}<span class="sub">${interval(cell.ci95)}</span><span class="sub">${sub}</span></td>`;
}

export function heatMap(report: Report, readers: readonly NamedReader[]): string {
  const types = typesOf(report);
  const groups = [
    ...STAGES.map((stage) => ({
      title: STAGE_NAMES[stage] as string,
      types: types.filter((type) => subtypeOf(type)?.stage === stage),
    })),
    { title: 'Other types', types: types.filter((type) => subtypeOf(type) === undefined) },
  ].filter((group) => group.types.length > 0);
  const rows = groups.flatMap(({ title, types: members }) => [
    `<tr class="stage"><th scope="rowgroup" colspan="${readers.length + 3}">${title}</th></tr>`,
    ...members.map((type) => {
      const cells = readers.map(({ reader }) => reader.types[type]);
      const some = cells.find((cell) => cell !== undefined);
      const n = Math.max(0, ...cells.map((cell) => cell?.n ?? 0));
      return `<tr>${rowHead(subtypeName(type))}<td class="plain">${count(n)}</td><td class="plain">${percent(some?.chance)}</td>${cells.map(heatCell).join('')}</tr>`;
    }),
  ]);
  return table(
    'Scores by question type',
    ['Type', 'n', 'Chance', ...readers.map(({ name }) => name)],
    rows,
    'heat',
  );
}

function heatCell(cell: Cell | undefined): string {
  if (cell === undefined || cell.score === null)
    return `<td class="none"${cell === undefined ? '' : ` title="${escapeHtml(detail(cell))}"`}>–</td>`;
  const share = Math.round(8 + 92 * cell.score);
  // White on the deepest blues of the light page, black on the brightest of the dark one: contrast stays over 4.
  const text = `${share > 78 ? ' deep' : ''}${share > 58 ? ' bright' : ''}`;
  const mark = holdsChance(cell) ? ' ≈' : '';
  return `<td class="cell${text}" style="--share:${share}%" title="${escapeHtml(detail(cell) + extras(cell))}">${percent(cell.score, 0)}${mark}</td>`;
}

function extras(cell: Cell): string {
  const hits = cell.hitRates?.map(
    ({ within, share }) => `${percent(share, 0)} % within ${percent(within, 0)} %`,
  );
  const parts = hits === undefined ? [] : [hits.join(', ')];
  if (cell.sensitivity !== undefined)
    parts.push(`sensitivity ${percent(cell.sensitivity)}, specificity ${percent(cell.specificity)}`);
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
}

export function pairTable(report: Report): string {
  const scale = Math.max(
    0.05,
    ...report.pairs.flatMap((pair) => [Math.abs(pair.difference), ...(pair.ci95 ?? []).map(Math.abs)]),
  );
  const rows = (pairs: readonly PairRow[], staged: boolean) =>
    pairs.map((pair) => pairRow(pair, scale, staged));
  const overall = report.pairs.filter((pair) => pair.stage === 'overall');
  const stages = report.pairs.filter((pair) => pair.stage !== 'overall');
  const head = (...first: string[]) => [
    ...first,
    'Points',
    '',
    '95 %',
    'win / tie / loss',
    'p (Holm)',
    'Detectable',
    '',
  ];
  return `${table('Paired differences overall', head('Overall'), rows(overall, false))}<details><summary>The same by stage: ${count(stages.length)} rows</summary>${table('Paired differences by stage', head('', 'Stage'), rows(stages, true))}</details>`;
}

function pairRow(pair: PairRow, scale: number, staged: boolean): string {
  const x = (value: number) => (95 + (value / scale) * 88).toFixed(1);
  const [low, high] = pair.ci95 ?? [pair.difference, pair.difference];
  const forest = `<svg class="forest" viewBox="0 0 190 20" aria-hidden="true"><rect x="${x(-pair.margin)}" width="${(Number(x(pair.margin)) - Number(x(-pair.margin))).toFixed(1)}" height="20" fill="var(--grid)"/><path d="M95 0V20" stroke="var(--muted)"/><path d="M${x(low)} 10H${x(high)}" stroke="var(--ink)" stroke-width="1.5"/><circle cx="${x(pair.difference)}" cy="10" r="4" fill="var(--bar)"/></svg>`;
  const method = `sign-flip p ${pValue(pair.p)}; McNemar (ignores patients) ${pair.mcnemar === null ? '–' : pValue(pair.mcnemar)}; ${pair.n} questions of ${pair.nPatients} patients; family: ${pair.family}`;
  const head = `<th scope="row" class="pair">${breakableName(pair.a)}<span class="minus">− ${breakableName(pair.b)}</span></th>`;
  const stage = staged ? `<td>${STAGE_NAMES[pair.stage]}</td>` : '';
  const word = pair.pHolm < 0.05 ? '<b>shown</b>' : escapeHtml(verdict(pair));
  return `<tr title="${escapeHtml(method)}">${head}${stage}<td><b>${points(pair.difference)}</b></td><td>${forest}</td><td>${interval(pair.ci95, points)}</td><td>${count(pair.win)} / ${count(pair.tie)} / ${count(pair.loss)}</td><td>${pValue(pair.pHolm)}</td><td>${pair.minimalDetectable === null ? '–' : percent(pair.minimalDetectable)}</td><td class="words">${word}</td></tr>`;
}

export function errorTable(readers: readonly NamedReader[]): string {
  const rows = readers.flatMap(({ name, reader: { errors } }) =>
    errors === null
      ? []
      : [
          `<tr>${rowHead(name)}<td>${count(errors.wrong)}</td>${CAUSES.map((cause) => `<td>${count(errors.causes[cause])}</td>`).join('')}</tr>`,
        ],
  );
  return table(
    'First deviations',
    ['Reader', 'wrong reads', ...CAUSES.map((cause) => CAUSE_NAMES[cause])],
    rows,
  );
}

export function costTable(readers: readonly NamedReader[]): string {
  const rows = readers.map(({ name, reader: { cost } }) => {
    const cells = [
      dollars(cost.usd),
      count(cost.inputTokens),
      count(cost.outputTokens),
      count(cost.requests),
      cost.seconds < 10 ? cost.seconds.toFixed(1) : count(cost.seconds),
    ];
    return `<tr>${rowHead(name)}${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return table('Cost', ['Reader', 'US dollars', 'tokens in', 'tokens out', 'requests', 'seconds'], rows);
}
