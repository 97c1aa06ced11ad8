// Results of published sets as a Markdown section.
import type { MetricCell, PublishedReader } from '../../src/domain/report.ts';
import { table } from '../masks/section.ts';
import type { SetResult } from './campaign.ts';
import { SKILL } from './scripted.ts';

const percent = (value: number | null): string => (value === null ? '–' : (value * 100).toFixed(1));

export function scoreText({ score, ci95 }: MetricCell): string {
  if (score === null) return '–';
  return ci95 === null ? percent(score) : `${percent(score)} (${percent(ci95[0])}–${percent(ci95[1])})`;
}

const main = ({ overall }: PublishedReader): MetricCell => overall[0];

function best(readers: readonly PublishedReader[]): PublishedReader {
  return readers.reduce((top, one) => ((main(one).score ?? -1) > (main(top).score ?? -1) ? one : top));
}

/** One row a set: how many items and clusters, chance, the trivial readers, and what was read through the engine. */
export function publishedTable(results: readonly SetResult[]): string {
  const head = [
    'set',
    'mode',
    'items, clusters',
    'chance',
    'best trivial reader',
    'scripted model',
    'script alone',
    'class means',
  ];
  return table(
    head,
    results.map(({ set, report, scripted }) => {
      const [model, means] = report.readers;
      const trivial = best(report.baselines);
      const cell = main(model);
      return [
        set.name,
        report.benchmark.mode,
        `${cell.n}, ${cell.nPatients}`,
        percent(main(trivial).chance),
        `${trivial.reader} ${scoreText(main(trivial))}`,
        scoreText(cell),
        percent(scripted.right / scripted.counted),
        means === undefined ? '' : scoreText(main(means)),
      ];
    }),
  );
}

const NAMES = ['scripted model', 'class means'];

/** Every reader under strict, and the trivial ones under published where that differs, on every metric. */
export function baselineTable({ report, published }: SetResult): string {
  const [first] = report.baselines;
  const metrics = first.overall.map(({ metric }) => metric);
  const rows = report.baselines.map((reader) => [reader.reader, ...reader.overall.map(scoreText)]);
  const released = published.baselines[0].overall.map(({ metric }) => metric);
  const same = released.join() === metrics.join();
  const publishedRows = published.baselines.map((reader) => [
    `${reader.reader}, as published`,
    ...(same
      ? reader.overall.map(scoreText)
      : metrics.map((metric) => {
          const cell = reader.overall.find((one) => one.metric === metric);
          return cell === undefined ? '' : scoreText(cell);
        })),
  ]);
  const equal = rows.every((row, at) => row.slice(1).join() === publishedRows[at].slice(1).join());
  const read = report.readers.map((reader, at) => [NAMES[at], ...reader.overall.map(scoreText)]);
  return table(['reader', ...metrics], [...read, ...rows, ...(equal ? [] : publishedRows)]);
}

export function publishedSection(results: readonly SetResult[], command: string): string {
  const parts = results.map((result) => `### ${result.set.name}\n\n${baselineTable(result)}`);
  return `## Published sets: what knowing nothing scores

\`${command}\`

Each set is read from its release files through the whole engine. Percent under the \`strict\` protocol, 95 % intervals
over whole clusters (pictures, films, lesions); MedMNIST's archives say nothing of patients, so each picture is its own
cluster there. The scripted model on the loopback address answers by heart, right with a chance of ${percent(SKILL)} %; the column
beside it is what the script is worth when each reply is measured beside its reference, without server, engine and
store: both must agree. Class means are an encoder of 8 × 8 thumbnails, one mean for each class of the training split,
read by \`encoder@embeddings/…\`: what the crudest look at a picture is worth. Sets without pictures here are read
without them, as a control of what the questions alone give away. The data are not part of this repository.

${publishedTable(results)}

${parts.join('\n\n')}`;
}
