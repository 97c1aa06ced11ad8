// Readers of a published benchmark: every metric side by side, and pairs on the main one.
import type { Scored } from '@shapes/scores.ts';
import { Link } from '@tanstack/react-router';
import figure from '../../figures/figure.module.css';
import { Figure } from '../../figures/figure.tsx';
import { BARS_WIDTH, barsHeight, IntervalBars } from '../../figures/interval-bars.tsx';
import { between } from '../../figures/numbers.ts';
import { short } from '../../figures/scale.ts';
import { CsvLink } from '../../parts/csv-link.tsx';
import { Section } from '../../parts/page-head.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, dollars, duration, plain, words } from '../../parts/words.ts';
import type { ProtocolName } from '../run/data.ts';
import { saidBy } from '../run/metric-table.tsx';
import styles from './compare.module.css';
import { comparisonCsv, namesOf } from './data.ts';

type Report = Extract<Scored, { kind: 'published' }>['report'];

export interface PublishedComparisonProps {
  readonly report: Report;
  readonly runs: readonly string[];
  readonly protocol: ProtocolName;
  readonly baseline: string | undefined;
}

const VERDICTS = {
  win: 'the first is better',
  tie: 'no difference shown',
  loss: 'the second is better',
} as const;

export function PublishedComparison({ report, runs, protocol, baseline }: PublishedComparisonProps) {
  const csv = (name: string): string => comparisonCsv(runs, protocol, baseline, name);
  const readers = report.readers.map(({ reader, runId }) => ({ reader, runId: runId ?? '' }));
  const names = namesOf(readers);
  const metrics = report.readers[0]?.overall ?? [];
  const { pairs } = report;
  const main = metrics.find(({ metric }) => metric === pairs[0]?.metric) ?? metrics[0];
  const share = main?.range?.[0] === 0 && main.range[1] === 1;
  const factor = share ? 100 : 1;
  const say = (value: number): string =>
    `${value < 0 ? '−' : '+'}${share ? Math.abs(100 * value).toFixed(1) : short(Math.abs(value))}`;
  const reach = Math.max(
    0.05,
    ...pairs.flatMap(({ difference, ci95 }) => [Math.abs(difference), ...(ci95 ?? []).map(Math.abs)]),
  );
  return (
    <>
      <Section
        title="Scores and costs"
        lead={`${plain(report.benchmark.title)}, mode “${report.benchmark.mode}”.`}
        actions={<CsvLink href={csv('cells')} of="Scores" />}
      >
        <TableFrame of="Readers">
          <table aria-label="Scores of each reader" className={table.table}>
            <thead>
              <tr>
                <th scope="col">Reader</th>
                {metrics.map(({ metric, better }) => (
                  <th key={metric} scope="col" className={table.number}>
                    {words(metric)} {better === 'lower' ? '↓' : ''}
                  </th>
                ))}
                {['Items', 'Cost', 'Time'].map((head) => (
                  <th key={head} scope="col" className={table.number}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...report.readers, ...report.baselines].map((reader, i) => (
                <tr key={reader.runId ?? reader.reader}>
                  <th scope="row">
                    {reader.runId === null ? (
                      `${words(plain(reader.reader))} (baseline)`
                    ) : (
                      <Link to="/runs/$run" params={{ run: reader.runId }} search={{ protocol }}>
                        <bdi>{plain(names[i])}</bdi>
                      </Link>
                    )}
                  </th>
                  {reader.overall.map((cell) => (
                    <td key={cell.metric} className={table.number}>
                      {saidBy(cell)(cell.score)}
                      <small className={styles.small}>{between(cell.ci95, saidBy(cell))}</small>
                    </td>
                  ))}
                  <td className={table.number}>{count(reader.overall[0]?.n ?? 0)}</td>
                  <td className={table.number}>{dollars(reader.cost?.usd)}</td>
                  <td className={table.number}>
                    {reader.cost === null ? '–' : duration(reader.cost.seconds)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      </Section>
      <Section
        title="Differences"
        lead={`On ${words(pairs[0]?.metric ?? 'the main metric')}, over the items that both read, resampled by cluster.`}
        actions={<CsvLink href={csv('pairs')} of="Differences" />}
      >
        {pairs.length > 0 && pairs.length <= 30 && (
          <div className={figure.grid}>
            <Figure
              title={`Differences in ${words(pairs[0].metric)}`}
              lead="Right of 0 the first has more. 95 % intervals."
              name={`differences-${pairs[0].metric}`}
              size={[BARS_WIDTH, barsHeight(pairs.length)]}
              csv={csv('pairs')}
            >
              <IntervalBars
                kind="dot"
                domain={[-factor * reach, factor * reach]}
                format={(value) => short(value)}
                unit={share ? 'Difference in percentage points' : 'Difference'}
                rows={pairs.map((pair, i) => ({
                  key: `${pair.a} ${pair.b}`,
                  label: `Pair ${i + 1}`,
                  value: factor * pair.difference,
                  ci95: pair.ci95 === null ? null : [factor * pair.ci95[0], factor * pair.ci95[1]],
                  note: say(pair.difference),
                  words: `${pair.a} less ${pair.b}: ${say(pair.difference)}, ${VERDICTS[pair.verdict]}`,
                }))}
              />
            </Figure>
          </div>
        )}
        <TableFrame of="Readers">
          <table aria-label="Differences of pairs" className={table.table}>
            <thead>
              <tr>
                <th scope="col">Pair</th>
                {['Difference', '95 % interval', 'Verdict', 'Items', 'Clusters'].map((head) => (
                  <th key={head} scope="col" className={table.number}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {pairs.map((pair, i) => (
                <tr key={`${pair.a} ${pair.b}`}>
                  <th scope="row">
                    {i + 1}. <bdi>{plain(pair.a)}</bdi> − <bdi>{plain(pair.b)}</bdi>
                  </th>
                  <td className={table.number}>{say(pair.difference)}</td>
                  <td className={table.number}>{between(pair.ci95, say)}</td>
                  <td className={table.number}>{VERDICTS[pair.verdict]}</td>
                  <td className={table.number}>{count(pair.n)}</td>
                  <td className={table.number}>{count(pair.nPatients)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      </Section>
    </>
  );
}
