// The study's result as tables, for a terminal and for Markdown.
import type { MetricCell } from '../../domain/report.ts';
import { FIELD_IDS } from '../../privacy/statements/statement.ts';
import type { ArmReport } from './leakage.ts';

const percent = (value: number) => (100 * value).toFixed(1);

/** "97.3 (95.1–98.8)", in percent. */
export function shown({ score, ci95 }: MetricCell): string {
  if (score === null) return '–';
  return ci95 === null ? percent(score) : `${percent(score)} (${percent(ci95[0])}–${percent(ci95[1])})`;
}

const title = ({ arm, hybrid }: ArmReport) => (hybrid ? `${arm} + text` : arm);

const HEAD = [
  'masking',
  'removed',
  'up to look-alikes',
  'not even nearly',
  'amounts kept',
  'categories of 7',
  'score',
];

function overall(reports: readonly ArmReport[]): string[][] {
  return reports.map((r) => [
    title(r),
    shown(r.removed),
    shown(r.removedNormalised),
    shown(r.removedNear),
    shown(r.painted),
    shown(r.kept),
    String(r.categoriesRemoved.length),
    percent(r.categoryScore),
  ]);
}

function byField(reports: readonly ArmReport[]): { head: string[]; rows: string[][] } {
  return {
    head: ['exact values leaked (%)', ...reports.map(title)],
    rows: FIELD_IDS.map((id) => [
      id,
      ...reports.map((r) => {
        const score = r.leaked[id]?.score ?? null;
        return score === null ? '–' : percent(score);
      }),
    ]),
  };
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, n) => Math.max(cell.length, ...rows.map((row) => row[n].length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]))).join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}

export function markdownReport(reports: readonly ArmReport[]): string {
  const { head, rows } = byField(reports);
  return `${markdownTable(HEAD, overall(reports))}\n\n${markdownTable(head, rows)}`;
}

export function textReport(reports: readonly ArmReport[]): string {
  const worst = reports.map((r) => {
    const leaks = FIELD_IDS.filter((id) => (r.leaked[id]?.score ?? 0) > 0).map(
      (id) => `${id} ${percent(r.leaked[id]?.score ?? 0)}`,
    );
    return [title(r), leaks.length === 0 ? 'nothing' : leaks.join(', ')];
  });
  return `${textTable(HEAD, overall(reports))}\n\nexact values still read (%):\n${worst.map(([arm, leaks]) => `  ${arm}: ${leaks}`).join('\n')}`;
}
