// What other readers answered to this question, each a way to its read.
import type { ReadDetail } from '@shapes/read.ts';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../parts/badge.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import table from '../../parts/table.module.css';
import { OUTCOME_TONES, plain } from '../../parts/words.ts';
import { type Address, searchOf, useOthers } from './data.ts';
import styles from './facts.module.css';

export function Others(props: {
  readonly detail: ReadDetail;
  readonly address: Address;
  readonly active: boolean;
}) {
  const { detail, address, active } = props;
  const others = useOthers(detail, active);
  if (detail.question === null || !detail.benchmark.available)
    return <p className={styles.faint}>The benchmark is not here, so its other reads cannot be found.</p>;
  if (others.isError) return <Problem error={others.error} />;
  if (others.data === undefined) return <Loading what="Looking for other reads" />;
  return (
    <div className={table.frame}>
      <table aria-label="Other readers of this question" className={table.table}>
        <thead>
          <tr>
            <th scope="col">Reader</th>
            <th scope="col">Answer</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {others.data.reads.map((read) => {
            const here = read.runId === detail.run.id && read.repeat === detail.repeat;
            const words = plain(read.reader) + (read.repeat > 0 ? `, repeat ${read.repeat + 1}` : '');
            return (
              <tr key={`${read.runId} ${read.repeat}`} className={here ? table.selected : undefined}>
                <td>
                  {here ? (
                    <strong>
                      <bdi>{words}</bdi> (this read)
                    </strong>
                  ) : (
                    <Link
                      to="/runs/$run/reads/$question"
                      params={{ run: read.runId, question: detail.question?.id ?? '' }}
                      search={searchOf({ ...address, filter: {}, repeat: read.repeat })}
                    >
                      <bdi>{words}</bdi>
                    </Link>
                  )}
                </td>
                <td>
                  <bdi dir="auto">{answerOf(read.answer, detail)}</bdi>
                </td>
                <td>
                  <Badge tone={OUTCOME_TONES[read.outcome]}>{read.outcome}</Badge>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** "B · Yes" where the answer is an option's letter. */
function answerOf(answer: string, { question }: ReadDetail): string {
  const option = question?.options.find(({ letter }) => letter === answer);
  return plain(option === undefined ? answer.slice(0, 160) : `${answer} · ${option.text.slice(0, 160)}`);
}
