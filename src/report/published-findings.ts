// The report of a published benchmark in a few sentences: who leads, whether that is shown, who only guesses.
import type { MetricCell, PublishedReport } from '../domain/report.ts';
import { count, holdsChance } from './format.ts';
import {
  bestTrivial,
  differenceText,
  intervalText,
  lead,
  type PublishedRow,
  realPairs,
  rowsOf,
  scoreText,
  unitText,
} from './published-format.ts';

const words = (cell: MetricCell): string =>
  `${scoreText(cell, cell.score)}${unitText(cell) === '' ? '' : ` ${unitText(cell)}`}${cell.ci95 === null ? '' : ` ${intervalText(cell)}`}`;

/** Sentences that the numbers bear out, on the main metric. */
export function publishedFindings(report: PublishedReport): string[] {
  const rows = rowsOf(report);
  const ranked = rows.filter(({ trivial, reader }) => !trivial && reader.overall[0]?.score !== null);
  const [best, second] = ranked;
  const cell = best?.reader.overall[0];
  if (best === undefined || cell === undefined) return ['No read could be scored.'];
  const chance = cell.chance === null ? '' : `; guessing gives ${scoreText(cell, cell.chance)}`;
  const first = ranked.length === 1 ? 'scores' : 'is best with';
  const sentences = [`${best.name} ${first} ${words(cell)} in ${cell.metric}${chance}.`];
  if (second !== undefined) sentences.push(...leadOver(report, best, second, cell));
  sentences.push(...againstTrivial(ranked, bestTrivial(rows)));
  const guessing = ranked.filter(({ reader }) => holdsChance(reader.overall[0]));
  if (guessing.length > 0)
    sentences.push(`Cannot be told from guessing: ${guessing.map(({ name }) => name).join(', ')}.`);
  const sizes = rows.flatMap(({ reader }) => (reader.overall[0]?.score === null ? [] : reader.overall[0].n));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (least < most)
    sentences.push(
      `Between ${count(least)} and ${count(most)} items count, depending on the reader, so that these scores are not all of the same items: see n beside each.`,
    );
  return sentences;
}

function leadOver(
  report: PublishedReport,
  best: PublishedRow,
  second: PublishedRow,
  cell: MetricCell,
): string[] {
  const pair = realPairs(report).find(({ a, b }) => a === best.name && b === second.name);
  if (pair === undefined || pair.ci95 === null) return [];
  const gap = `${differenceText(cell, pair.difference)} [${pair.ci95.map((end) => differenceText(cell, end)).join(', ')}]`;
  return [
    pair.verdict === 'tie'
      ? `Its lead over ${second.name} is not shown: the interval of the difference, ${gap}, holds zero.`
      : `Over ${second.name} the difference is ${gap}, which leaves zero out.`,
  ];
}

function againstTrivial(ranked: readonly PublishedRow[], trivial: PublishedRow | undefined): string[] {
  const bar = trivial?.reader.overall[0];
  if (trivial === undefined || bar === undefined) return [];
  const below = ranked.filter(({ reader }) => lead(reader.overall[0], bar) <= 0);
  const said = `The best reader that never sees a picture, ${trivial.name}, gets ${words(bar)}`;
  if (below.length === 0) return [`${said}; every reader here is better.`];
  return [`${said}; not better than that: ${below.map(({ name }) => name).join(', ')}.`];
}

/** Findings of several protocols: what all of them say is said once. */
export function findingsOf(reports: readonly PublishedReport[]): string[] {
  if (reports.length < 2) return reports.flatMap(publishedFindings);
  const said = reports.map((report) => ({ name: report.protocol, sentences: publishedFindings(report) }));
  const shared = said[0].sentences.filter((sentence) =>
    said.every(({ sentences }) => sentences.includes(sentence)),
  );
  return [
    ...shared.map((sentence) => `Under every protocol: ${sentence}`),
    ...said.flatMap(({ name, sentences }) =>
      sentences
        .filter((sentence) => !shared.includes(sentence))
        .map((sentence) => `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${sentence}`),
    ),
  ];
}
