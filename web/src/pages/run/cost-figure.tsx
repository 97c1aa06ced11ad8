// Cost against score, with the other readers of the benchmark when they are asked for.
import type { RunDetail, Scored } from '@shapes/scores.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isStatic } from '../../api/client.ts';
import { type CostPoint, CostScore } from '../../figures/cost-score.tsx';
import { Figure } from '../../figures/figure.tsx';
import { between } from '../../figures/numbers.ts';
import { short } from '../../figures/scale.ts';
import { XY_HEIGHT, XY_WIDTH } from '../../figures/xy.tsx';
import { Button } from '../../parts/button.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, dollars, duration, percent, plain } from '../../parts/words.ts';
import { type ProtocolName, reportQuery, reportsQuery } from './data.ts';
import styles from './run.module.css';

/** One reader's whole cost and main score. */
interface Spent {
  readonly run: string;
  readonly reader: string;
  readonly usd: number | null;
  readonly seconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
  readonly score: number | null;
  readonly ci95: readonly [number, number] | null;
  readonly share: boolean;
}

/** Runs that one report holds at most. */
const MOST = 15;

export interface CostFigureProps {
  readonly run: RunDetail;
  readonly protocol: ProtocolName;
  readonly compared: boolean;
  readonly onCompare: () => void;
  readonly csv: string;
}

export function CostFigure({ run, protocol, compared, onCompare, csv }: CostFigureProps) {
  const peers = run.peers.slice(0, MOST).map(({ id }) => id);
  const own = useQuery(reportQuery(run.id, protocol));
  const others = useQuery({
    ...reportsQuery([run.id, ...peers], protocol, run.id),
    enabled: compared && peers.length > 0,
  });
  const found = spentOf((compared ? others.data : undefined) ?? own.data).filter(
    ({ score }) => score !== null,
  );
  const priced = found.some(({ usd }) => usd !== null && usd > 0);
  const points = found.flatMap((each): CostPoint[] =>
    each.score === null
      ? []
      : [
          {
            key: each.run,
            name: plain(each.reader),
            cost: priced ? (each.usd ?? 0) : each.seconds,
            score: each.score,
            ci95: each.ci95,
            own: each.run === run.id,
            target: { run: each.run, search: { protocol } },
          },
        ],
  );
  return (
    <div className={styles.withChoice}>
      <Figure
        title="Cost against score"
        lead={
          priced
            ? 'What the whole run cost. A reader without a price stands at 0.'
            : 'Time of reading: no run here has a price.'
        }
        name={`cost-${run.id}`}
        size={[XY_WIDTH, XY_HEIGHT]}
        csv={csv}
        table={<CostTable found={found} protocol={protocol} />}
      >
        <CostScore
          points={points}
          unit={priced ? 'US dollars' : 'Seconds of reading'}
          share={found.every(({ share }) => share)}
        />
      </Figure>
      {!compared && peers.length > 0 && !isStatic() && (
        <Button onClick={onCompare}>
          Show {count(peers.length)} other {peers.length === 1 ? 'reader' : 'readers'} of this benchmark
        </Button>
      )}
      {compared && others.isPending && peers.length > 0 && <Loading what="The others are being scored" />}
      {others.isError && <Problem error={others.error} title="The others could not be scored" />}
    </div>
  );
}

function spentOf(scored: Scored | undefined): Spent[] {
  if (scored === undefined) return [];
  if (scored.kind === 'built')
    return scored.report.readers.map(({ runId, reader, cost, overall: { score, ci95 } }) => ({
      ...{ run: runId, reader, ...cost, score, ci95, share: true },
    }));
  return scored.report.readers.flatMap(({ runId, reader, cost, overall: [main] }) =>
    runId === null || cost === null || main === undefined
      ? []
      : [
          {
            ...{ run: runId, reader, ...cost, score: main.score, ci95: main.ci95 },
            share: main.range?.[0] === 0 && main.range[1] === 1,
          },
        ],
  );
}

function CostTable({
  found,
  protocol,
}: {
  readonly found: readonly Spent[];
  readonly protocol: ProtocolName;
}) {
  return (
    <TableFrame of="Costs">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Reader</th>
            {['Score', '95 % interval', 'Cost', 'Time', 'Tokens in', 'Tokens out', 'Requests'].map((head) => (
              <th key={head} scope="col" className={table.number}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.map((each) => {
            const say = each.share
              ? percent
              : (value: number | null) => (value === null ? '–' : short(value));
            return (
              <tr key={each.run}>
                <th scope="row">
                  <Link to="/runs/$run" params={{ run: each.run }} search={{ protocol }}>
                    <bdi>{plain(each.reader)}</bdi>
                  </Link>
                </th>
                <td className={table.number}>{say(each.score)}</td>
                <td className={table.number}>{between(each.ci95, say)}</td>
                <td className={table.number}>{dollars(each.usd)}</td>
                <td className={table.number}>{duration(each.seconds)}</td>
                <td className={table.number}>{count(each.inputTokens)}</td>
                <td className={table.number}>{count(each.outputTokens)}</td>
                <td className={table.number}>{count(each.requests)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableFrame>
  );
}
