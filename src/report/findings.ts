// The report in a few sentences: who reads best, whether that is shown, where it breaks, who only guesses.
import { STAGES } from '../domain/question.ts';
import type { ReaderReport, Report } from '../domain/report.ts';
import { holdsChance, interval, percent, points, readerNames, STAGE_NAMES } from './format.ts';

/** Sentences that the numbers bear out; none is drawn from a difference that the tests do not show. */
export function findings(report: Report): string[] {
  const names = readerNames(report.readers);
  const ranked = report.readers
    .map((reader, i) => ({ reader, name: names[i] }))
    .filter(({ reader }) => reader.overall.score !== null)
    .sort((a, b) => (b.reader.overall.score ?? 0) - (a.reader.overall.score ?? 0));
  const [best, second] = ranked;
  if (best === undefined) return ['No read could be scored.'];
  const sentences = [
    `${best.name} scores highest: ${percent(best.reader.overall.score)} % overall ${interval(best.reader.overall.ci95)}, where guessing gives ${percent(best.reader.overall.chance)} %.`,
  ];
  if (second !== undefined) sentences.push(...lead(report, best.name, second.name));
  const weakest = weakestStage(best.reader);
  if (weakest !== undefined) sentences.push(`${best.name} is weakest in ${weakest}.`);
  const guessing = STAGES.flatMap((stage) => {
    const asked = ranked.filter(({ reader }) => reader.stages[stage].n > 0);
    const unclear = asked.filter(({ reader }) => holdsChance(reader.stages[stage])).length;
    return unclear === 0 ? [] : [`${unclear} of ${asked.length} in ${STAGE_NAMES[stage].toLowerCase()}`];
  });
  if (guessing.length > 0)
    sentences.push(`Readers that cannot be told from guessing: ${guessing.join(', ')}.`);
  return sentences;
}

function lead(report: Report, best: string, second: string): string[] {
  const pair = report.pairs.find(
    (row) =>
      row.stage === 'overall' &&
      ((row.a === best && row.b === second) || (row.a === second && row.b === best)),
  );
  if (pair === undefined) return [];
  const gap = pair.a === best ? pair.difference : -pair.difference;
  if (pair.pHolm < 0.05)
    return [
      `Its lead of ${points(gap).slice(1)} points over ${second} is more than chance between patients would give (p\u00a0${pair.pHolm < 0.001 ? '<\u00a00.001' : `=\u00a0${pair.pHolm.toFixed(3)}`}).`,
    ];
  const detectable =
    pair.minimalDetectable === null
      ? ''
      : `; this sample could only have shown ${percent(pair.minimalDetectable)} points or more`;
  return [
    `Its lead over ${second} is not shown: ${points(gap)} points (p\u00a0=\u00a0${pair.pHolm.toFixed(2)})${detectable}.`,
  ];
}

/** The stage with the least score above chance, where it differs from the best by a clear interval. */
function weakestStage(reader: ReaderReport): string | undefined {
  const cells = STAGES.map((stage) => ({ stage, cell: reader.stages[stage] })).filter(
    ({ cell }) => cell.score !== null && cell.ci95 !== null,
  );
  if (cells.length < 2) return undefined;
  const sorted = cells.sort((a, b) => (a.cell.score ?? 0) - (b.cell.score ?? 0));
  const low = sorted[0];
  const high = sorted[sorted.length - 1];
  if ((low.cell.ci95?.[1] ?? 1) >= (high.cell.ci95?.[0] ?? 0)) return undefined;
  return `${STAGE_NAMES[low.stage].toLowerCase()} (${percent(low.cell.score)} % ${interval(low.cell.ci95)}) and strongest in ${STAGE_NAMES[high.stage].toLowerCase()} (${percent(high.cell.score)} %)`;
}
