// Readers of a built benchmark, pair by pair and stage by stage.
import type { Scored } from '@shapes/scores.ts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import figure from '../../figures/figure.module.css';
import { Figure } from '../../figures/figure.tsx';
import { BARS_WIDTH, barsHeight, IntervalBars } from '../../figures/interval-bars.tsx';
import { between, holdsChance, points, pValue } from '../../figures/numbers.ts';
import { CsvLink } from '../../parts/csv-link.tsx';
import { Section } from '../../parts/page-head.tsx';
import { Select } from '../../parts/select.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, dollars, duration, percent, plain, STAGE_WORDS, stageColour } from '../../parts/words.ts';
import type { ProtocolName } from '../run/data.ts';
import { Notes } from '../run/notes.tsx';
import styles from './compare.module.css';
import { comparisonCsv, namesOf, type Search } from './data.ts';

type Report = Extract<Scored, { kind: 'built' }>['report'];
type Pair = Report['pairs'][number];

const STAGES: Readonly<Record<Pair['stage'], string>> = { overall: 'Overall', ...STAGE_WORDS };
const STAGE_NAMES = Object.keys(STAGE_WORDS) as (keyof typeof STAGE_WORDS)[];

export interface BuiltComparisonProps {
  readonly report: Report;
  readonly runs: readonly string[];
  readonly protocol: ProtocolName;
  readonly baseline: string | undefined;
  readonly search: Search;
}

export function BuiltComparison({ report, runs, protocol, baseline, search }: BuiltComparisonProps) {
  const pairs = [...new Set(report.pairs.map(({ a, b }) => JSON.stringify([a, b])))];
  const [asked, setAsked] = useState('');
  const pair = pairs.includes(asked) ? asked : (pairs[0] ?? '');
  const rows = report.pairs.filter(({ a, b }) => JSON.stringify([a, b]) === pair);
  const csv = (name: string): string => comparisonCsv(runs, protocol, baseline, name);
  return (
    <>
      <Section
        title="Scores and costs"
        lead="Each reader on its own; ≈ where the 95 % interval holds chance."
        actions={<CsvLink href={csv('cells')} of="Scores" />}
      >
        <div className={styles.narrow}>
          <ScoreTable report={report} protocol={protocol} />
        </div>
        <Notes report={report} reader={report.readers[0]} />
      </Section>
      <Section
        title="Differences"
        lead="On the questions that both read, resampled by patient. p from a sign-flip test by patient; Holm’s adjustment within the stages, and within the overall rows, of all pairs."
        actions={<CsvLink href={csv('pairs')} of="Differences" />}
      >
        {pairs.length > 1 && (
          <Select
            aria-label="Pair of readers"
            className={styles.pairSelect}
            value={pair}
            options={pairs.map((value) => ({ value, label: pairWords(value) }))}
            onChange={setAsked}
          />
        )}
        <div className={figure.grid}>
          <DifferenceFigure pair={rows} csv={csv('pairs')} search={search} />
        </div>
        <div className={styles.narrow}>
          <PairTable pairs={report.pairs} search={search} />
        </div>
      </Section>
    </>
  );
}

/** Leads to the questions of a stage that they disagree on, below. */
const toQuestions = (stage: Pair['stage']): Search => ({
  stage: stage === 'overall' ? undefined : stage,
  offset: undefined,
  at: 'questions',
});

const pairWords = (pair: string): string => {
  const [a = '', b = ''] = JSON.parse(pair) as string[];
  return `${plain(a)} − ${plain(b)}`;
};

function ScoreTable({ report, protocol }: { readonly report: Report; readonly protocol: ProtocolName }) {
  const names = namesOf(report.readers);
  return (
    <TableFrame of="Readers">
      <table aria-label="Scores and costs of each reader" className={table.table}>
        <thead>
          <tr>
            <th scope="col">Reader</th>
            {['Overall', ...STAGE_NAMES.map((name) => STAGE_WORDS[name]), 'Reads', 'Cost', 'Time'].map(
              (head) => (
                <th key={head} scope="col" className={table.number}>
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {report.readers.map(({ runId, overall, stages, cost }, i) => (
            <tr key={runId}>
              <th scope="row">
                <Link to="/runs/$run" params={{ run: runId }} search={{ protocol }}>
                  <bdi>{plain(names[i])}</bdi>
                </Link>
              </th>
              {[
                { key: 'overall', cell: overall },
                ...STAGE_NAMES.map((key) => ({ key, cell: stages[key] })),
              ].map(({ key, cell }) => (
                <td key={key} className={table.number}>
                  {percent(cell.score)}
                  {holdsChance(cell) ? ' ≈' : ''}
                  <small className={styles.small}>{between(cell.ci95)}</small>
                </td>
              ))}
              <td className={table.number}>{count(overall.n)}</td>
              <td className={table.number}>{dollars(cost.usd)}</td>
              <td className={table.number}>{duration(cost.seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function DifferenceFigure(props: {
  readonly pair: readonly Pair[];
  readonly csv: string;
  readonly search: Search;
}) {
  const { pair, csv, search } = props;
  const [first] = pair;
  if (first === undefined) return null;
  const reach = Math.max(
    0.05,
    ...pair.flatMap(({ difference, ci95 }) => [Math.abs(difference), ...(ci95 ?? []).map(Math.abs)]),
  );
  const end = Math.min(1, Math.ceil(reach * 10) / 10);
  return (
    <Figure
      title={`${plain(first.a)} − ${plain(first.b)}`}
      lead="Difference of scores by stage with its 95 % interval: right of 0 the first is better. A mark leads to the questions they disagree on."
      name={`difference-${first.a}-${first.b}`}
      size={[BARS_WIDTH, barsHeight(pair.length)]}
      csv={csv}
    >
      <IntervalBars
        kind="dot"
        domain={[-end, end]}
        format={(value) => (value === 0 ? '0' : points(value).replace(/\.0$/, ''))}
        unit="Difference in percentage points"
        rows={pair.map(({ stage, difference, ci95, n, win, tie, loss }) => ({
          key: stage,
          label: STAGES[stage],
          value: difference,
          ci95,
          note: `${points(difference)} · ${win}/${tie}/${loss}`,
          words: `${points(difference)} points, 95 % interval ${between(ci95, points)}, ${win} won, ${tie} tied, ${loss} lost of ${n} questions`,
          colour: stage === 'overall' ? 'var(--bar)' : stageColour(stage),
          target: {
            search: { ...search, ...toQuestions(stage) },
          },
        }))}
      />
    </Figure>
  );
}

const HEADS: readonly { readonly head: string; readonly about?: string }[] = [
  { head: 'Difference', about: 'in percentage points' },
  { head: '95 % interval' },
  { head: 'Win / tie / loss', about: 'of the first, by question' },
  { head: 'p', about: 'sign-flip test by patient' },
  { head: 'p, Holm', about: 'adjusted within its family' },
  { head: 'Equivalent', about: 'the whole interval lies within the margin' },
  { head: 'Detectable', about: 'smallest difference that is found with 80 % power at this size' },
  {
    head: 'McNemar p (extra)',
    about: 'exact, not clustered by patient: only where every answer is right or wrong',
  },
  { head: 'Questions' },
  { head: 'Patients' },
];

function PairTable({ pairs, search }: { readonly pairs: readonly Pair[]; readonly search: Search }) {
  return (
    <TableFrame of="Pairs">
      <table aria-label="Differences of pairs" className={table.table}>
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">Stage</th>
            {HEADS.map(({ head, about }) => (
              <th key={head} scope="col" className={table.number} title={about}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <tr key={`${pair.a}\n${pair.b}\n${pair.stage}`}>
              <th scope="row">
                <bdi>{plain(pair.a)}</bdi> − <bdi>{plain(pair.b)}</bdi>
              </th>
              <td>
                <Link
                  to="."
                  search={{ ...search, ...toQuestions(pair.stage) }}
                  resetScroll={false}
                  title="the questions they disagree on"
                >
                  {STAGES[pair.stage]}
                </Link>
              </td>
              <td className={table.number}>{points(pair.difference)}</td>
              <td className={table.number}>{between(pair.ci95, points)}</td>
              <td className={table.number}>
                {count(pair.win)} / {count(pair.tie)} / {count(pair.loss)}
              </td>
              <td className={table.number}>{pValue(pair.p)}</td>
              <td className={table.number}>{pValue(pair.pHolm)}</td>
              <td className={table.number}>
                {pair.equivalent === null
                  ? '–'
                  : pair.equivalent
                    ? `within ±${100 * pair.margin}`
                    : 'not shown'}
              </td>
              <td className={table.number}>
                {pair.minimalDetectable === null ? '–' : `±${percent(pair.minimalDetectable)}`}
              </td>
              <td className={table.number}>{pair.mcnemar === null ? '–' : pValue(pair.mcnemar)}</td>
              <td className={table.number}>{count(pair.n)}</td>
              <td className={table.number}>{count(pair.nPatients)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
