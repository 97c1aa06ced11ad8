// The questions that readers scored differently on: everyone's answer beside the right one.
import type { Disagreement } from '@shapes/scores.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { CsvLink } from '../../parts/csv-link.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { Section } from '../../parts/page-head.tsx';
import { Select } from '../../parts/select.tsx';
import table from '../../parts/table.module.css';
import { TableFrame } from '../../parts/table-frame.tsx';
import { count, OUTCOME_TONES, percent, plain, STAGE_WORDS, typeWords } from '../../parts/words.ts';
import { choicesQuery, type ProtocolName } from '../run/data.ts';
import styles from './compare.module.css';
import { askOf, disagreementsCsv, disagreementsQuery, namesOf, PAGE, type Search } from './data.ts';

const ALL = 'all';

export interface DisagreementsProps {
  readonly runs: readonly string[];
  readonly protocol: ProtocolName;
  readonly search: Search;
  readonly onChange: (patch: Search) => void;
}

export function Disagreements({ runs, protocol, search, onChange }: DisagreementsProps) {
  const ask = askOf(search, runs, protocol);
  const found = useQuery({ ...disagreementsQuery(ask), placeholderData: keepPreviousData });
  const types = useQuery(choicesQuery(runs[0], protocol)).data?.types ?? [];
  const place = useRef<HTMLDivElement>(null);
  // A mark of the figure above leads here.
  const led = search.at === 'questions' ? (search.stage ?? 'overall') : undefined;
  useEffect(() => {
    if (led !== undefined) place.current?.scrollIntoView({ block: 'start' });
  }, [led]);
  const pick = (name: 'stage' | 'type') => (value: string) =>
    onChange({ [name]: value === ALL ? undefined : value, at: undefined });
  const total = found.data?.total ?? 0;
  const to = Math.min(total, ask.offset + PAGE);
  return (
    <div ref={place}>
      <Section
        title="Where they disagree"
        lead="Questions with different scores, repeats averaged. An answer opens that reader’s read."
        actions={<CsvLink href={disagreementsCsv(ask)} of="Disagreements" />}
      >
        <search className={styles.filter} aria-label="Filter of the questions">
          <Select
            aria-label="Stage"
            className={styles.select}
            value={search.stage ?? ALL}
            options={[
              { value: ALL, label: 'Every stage' },
              ...Object.entries(STAGE_WORDS).map(([value, label]) => ({ value, label })),
            ]}
            onChange={pick('stage')}
          />
          <Select
            aria-label="Question type"
            className={styles.select}
            value={search.type ?? ALL}
            options={[
              { value: ALL, label: 'Every type' },
              ...[...new Set([...types, ...(search.type === undefined ? [] : [search.type])])].map(
                (value) => ({
                  value,
                  label: typeWords(plain(value)),
                }),
              ),
            ]}
            onChange={pick('type')}
          />
          <Select
            aria-label="Order"
            className={styles.select}
            value={ask.sort}
            options={[
              { value: 'spread', label: 'Furthest apart first' },
              { value: 'order', label: 'In the benchmark’s order' },
            ]}
            onChange={(value) => onChange({ sort: value === 'spread' ? undefined : value })}
          />
        </search>
        {found.isPending && <Loading what="The reads are being scored" />}
        {found.isError && <Problem error={found.error} title="The questions cannot be shown" />}
        {found.isSuccess && (
          <>
            <p className={styles.count} aria-live="polite">
              {total === 0
                ? 'They agree on every question that this filter leaves.'
                : `${count(total)} questions${total > PAGE ? `, ${count(ask.offset + 1)} to ${count(to)}` : ''}`}
              {found.data.note !== undefined && ` · ${found.data.note}`}
            </p>
            {total > 0 && <Rows page={found.data} protocol={protocol} />}
            {total > PAGE && (
              <div className={styles.filter}>
                <Button
                  disabled={ask.offset === 0}
                  onClick={() => onChange({ offset: String(Math.max(0, ask.offset - PAGE)), at: undefined })}
                >
                  Previous
                </Button>
                <Button
                  disabled={to >= total}
                  onClick={() => onChange({ offset: String(ask.offset + PAGE), at: undefined })}
                >
                  Next
                </Button>
              </div>
            )}
          </>
        )}
      </Section>
    </div>
  );
}

function Rows(props: {
  readonly page: {
    readonly readers: readonly { readonly runId: string; readonly reader: string }[];
    readonly rows: readonly Disagreement[];
  };
  readonly protocol: ProtocolName;
}) {
  const { page, protocol } = props;
  const names = namesOf(page.readers);
  return (
    <TableFrame of="Questions">
      <table aria-label="Questions they disagree on" className={table.table}>
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Right answer</th>
            {names.map((name, i) => (
              <th key={page.readers[i].runId} scope="col">
                <bdi>{plain(name)}</bdi>
              </th>
            ))}
            <th scope="col" className={table.number} title="largest less smallest score">
              Apart
            </th>
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row) => (
            <tr key={row.questionId}>
              <th scope="row" className={styles.question}>
                <bdi>{row.question === '' ? row.questionId : plain(row.question)}</bdi>
                <small className={styles.small}>
                  {row.stage === undefined ? '' : `${STAGE_WORDS[row.stage]} · `}
                  {typeWords(row.type)}
                </small>
              </th>
              <td>
                <bdi>{plain(row.gold)}</bdi>
              </td>
              {row.answers.map((answer, i) => (
                <td key={page.readers[i].runId}>
                  {answer === null ? (
                    'not read'
                  ) : (
                    <>
                      <Link
                        to="/runs/$run/reads/$question"
                        params={{ run: page.readers[i].runId, question: row.questionId }}
                        search={{ protocol, repeat: String(answer.repeat) }}
                      >
                        <bdi>{answer.answer === '' ? 'no answer' : plain(answer.answer)}</bdi>
                      </Link>{' '}
                      <Badge tone={OUTCOME_TONES[answer.outcome]}>{answer.outcome}</Badge>
                      {answer.reads > 1 && (
                        <small className={styles.small}>
                          mean of {answer.reads}: {percent(answer.score)} %
                        </small>
                      )}
                    </>
                  )}
                </td>
              ))}
              <td className={table.number}>{percent(row.spread)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
