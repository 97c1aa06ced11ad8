// The read in figures: tokens, requests, cost, time, masks; its last words; ids on request.
import type { ReadDetail } from '@shapes/read.ts';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { LongText } from '../../parts/transcript-text.tsx';
import { count, dollars, duration, plain, when } from '../../parts/words.ts';
import styles from './facts.module.css';

export function Facts({ detail }: { readonly detail: ReadDetail }) {
  const { read, benchmark, run, protocol } = detail;
  if (read === null) return <p className={styles.faint}>There are no figures before it is read.</p>;
  const { usage, milliseconds } = read;
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Status', read.status],
    ['Outcome', `${read.outcome} (${protocol} protocol)`],
    ['Tokens in', tokens(usage.inputTokens, usage.cachedInputTokens, 'from the provider’s cache')],
    ['Tokens out', tokens(usage.outputTokens, usage.reasoningTokens, 'of reasoning')],
    ['Requests', `${count(read.requests)}${read.cached ? ', every reply from the cache' : ''}`],
    ['Cost', read.costUsd === undefined ? 'not known' : dollars(read.costUsd)],
    ['Time', milliseconds < 1000 ? `${count(Math.round(milliseconds))} ms` : duration(milliseconds / 1000)],
    ['Tool calls', count(read.calls)],
    ['Masks', read.maskSources.length === 0 ? 'none consulted' : read.maskSources.map(plain).join(', ')],
    ...(read.othersPictures ? ([['Pictures', 'another patient’s (a control)']] as const) : []),
    ['Committed', when(read.at)],
    [
      'Benchmark',
      <Link key="b" to="/benchmarks/$benchmark" params={{ benchmark: benchmark.id }}>
        {plain(benchmark.name)}
      </Link>,
    ],
    [
      'Asked',
      `${run.format === 'mc' ? 'multiple choice' : 'free form'}, repeat ${detail.repeat + 1} of ${run.repeats}`,
    ],
  ];
  return (
    <div className={styles.facts}>
      <dl className={styles.list}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Ids detail={detail} />
    </div>
  );
}

const tokens = (all: number, part: number, what: string): string =>
  part === 0 ? count(all) : `${count(all)} (${count(part)} ${what})`;

/** Keyed hashes, and still nobody's business until they are asked for. */
function Ids({ detail }: { readonly detail: ReadDetail }) {
  const [open, setOpen] = useState(false);
  const { question, run, benchmark } = detail;
  if (question === null) return null;
  if (!open)
    return (
      <p>
        <Button onClick={() => setOpen(true)}>Show ids</Button>
      </p>
    );
  const ids = { Question: question.id, Case: question.caseId, Patient: question.patientId, Run: run.id };
  return (
    <dl className={styles.list}>
      {Object.entries(ids).map(([name, id]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{plain(id)}</code>
            {name === 'Case' && question.prompt === undefined && (
              <>
                {' '}
                <Link
                  to="/benchmarks/$benchmark/cases/$case"
                  params={{ benchmark: benchmark.id, case: question.caseId }}
                >
                  open the case
                </Link>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The reader's last words, and why nothing could be read from them. */
export function Reply({ detail, source }: { readonly detail: ReadDetail; readonly source: string }) {
  const { read, repeat } = detail;
  if (read === null) return <p className={styles.faint}>Not read yet.</p>;
  return (
    <div className={styles.facts}>
      {read.reason !== undefined && (
        <div className={styles.reason}>
          <LongText text={read.reason} source={source} repeat={repeat} look="prose" />
        </div>
      )}
      {read.raw.total === 0 ? (
        <p className={styles.faint}>The reader ended without a word.</p>
      ) : (
        <LongText text={read.raw} source={source} repeat={repeat} />
      )}
    </div>
  );
}
