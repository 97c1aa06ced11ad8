// The gold chain beside what the reader did, step by step; the chosen step is open.
import type { ReadDetail, ReaderStep, StepRow } from '@shapes/read.ts';
import { useEffect, useRef, useState } from 'react';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { JsonTree } from '../../parts/transcript-json.tsx';
import { Pictures } from '../../parts/transcript-pictures.tsx';
import { LongText } from '../../parts/transcript-text.tsx';
import { count, plain } from '../../parts/words.ts';
import { CAUSES, callTitle, callValue, differenceOf, goldTitle, goldValue } from './step-words.ts';
import styles from './steps.module.css';
import { causeAt, type Stop } from './stops.ts';

/** Steps that are drawn around the chosen one. */
const DRAWN = 120;

export interface StepsProps {
  readonly detail: ReadDetail;
  /** Address of the read in the API. */
  readonly source: string;
  readonly stops: readonly Stop[];
  readonly chosen: number;
  readonly onChoose: (at: number) => void;
  /** A picture that was shown, by its number. */
  readonly picture: number | undefined;
  readonly onPicture: (at: number) => void;
}

export function Steps(props: StepsProps) {
  const { detail, stops, chosen } = props;
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new choice is the occasion
  useEffect(() => {
    list.current?.querySelector('[data-chosen="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, detail]);
  const from = all ? 0 : Math.max(0, Math.min(chosen - DRAWN / 2, stops.length - DRAWN));
  const drawn = stops.slice(from, all ? undefined : from + DRAWN);
  const total = detail.read?.calls ?? 0;
  const had = detail.rows.reduce((sum, { calls }) => sum + calls.length, 0);
  return (
    <>
      <ol className={styles.steps} ref={list} aria-label="Steps">
        {drawn.map((stop, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps never move
          <li key={from + i} data-chosen={from + i === chosen} className={styles.step}>
            <StopView {...props} stop={stop} at={from + i} />
          </li>
        ))}
      </ol>
      {drawn.length < stops.length && (
        <Button look="quiet" onClick={() => setAll(true)}>
          Show all {count(stops.length)} steps
        </Button>
      )}
      {had < total && (
        <p className={styles.faint}>
          {count(had)} of {count(total)} tool calls are shown; the transcript has them all.
        </p>
      )}
    </>
  );
}

type StopProps = StepsProps & { readonly stop: Stop; readonly at: number };

function StopView(props: StopProps) {
  const { stop, at, chosen, onChoose, detail } = props;
  const open = at === chosen;
  const cause = causeAt(stop, detail);
  return (
    <>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-current={open ? 'step' : undefined}
        onClick={() => onChoose(at)}
      >
        <span className={styles.title}>
          <bdi>{titleOf(stop)}</bdi>
          {cause !== undefined && (
            <span data-deviation={cause}>
              <Badge tone="bad">first deviation</Badge>
            </span>
          )}
        </span>
        <Pair stop={stop} detail={detail} />
      </button>
      {open && (
        <div className={styles.body}>
          {cause !== undefined && (
            <p className={styles.cause}>
              {cause.replaceAll('-', ' ')}: {CAUSES[cause]}.
            </p>
          )}
          <Body {...props} />
        </div>
      )}
    </>
  );
}

function titleOf(stop: Stop): string {
  if (stop.kind === 'shown') return 'Pictures shown';
  if (stop.kind === 'answer') return 'Answer';
  const { gold, calls } = stop.row;
  if (gold !== undefined) return goldTitle(gold);
  return calls[0] === undefined ? 'Step' : callTitle(calls[0]);
}

/** Both sides in a line each: what the chain says, what the reader got. */
function Pair({ stop, detail }: { readonly stop: Stop; readonly detail: ReadDetail }) {
  if (stop.kind === 'shown')
    return <span className={styles.one}>{count(detail.read?.shown.length ?? 0)} in all</span>;
  if (stop.kind === 'answer') {
    const { key, read } = detail;
    return (
      <span className={styles.pair}>
        <Side who="Gold" value={key.kind === 'open' ? plain(answerWords(detail)) : 'locked'} />
        <Side who="Reader" value={read === null ? 'not read yet' : givenWords(detail)} />
      </span>
    );
  }
  const { gold, calls } = stop.row;
  const [call] = calls;
  if (gold === undefined)
    return <span className={styles.one}>besides the chain: {call === undefined ? '' : callValue(call)}</span>;
  const difference = call === undefined ? undefined : differenceOf(gold, call);
  return (
    <span className={styles.pair}>
      <Side who="Gold" value={goldValue(gold)} />
      <Side who="Reader" value={call === undefined ? undone(stop.row) : callValue(call)} more={difference} />
    </span>
  );
}

function answerWords({ key, question }: ReadDetail): string {
  if (key.kind !== 'open') return '';
  const option = question?.options.find(({ letter }) => letter === key.letter);
  return option === undefined
    ? key.answer.text.slice(0, 160)
    : `${option.letter} · ${option.text.slice(0, 160)}`;
}

function givenWords({ read, question }: ReadDetail): string {
  const answer = read?.answer;
  if (answer === undefined) return read?.status === 'answered' ? plain(read.raw.text.slice(0, 160)) : 'none';
  if (answer.kind === 'number') return String(answer.value);
  if (answer.kind === 'text') return plain(answer.text.slice(0, 160));
  const option = question?.options.find(({ letter }) => letter === answer.letter);
  return plain(option === undefined ? answer.letter : `${option.letter} · ${option.text.slice(0, 160)}`);
}

function undone({ gold }: StepRow): string {
  if (gold?.tool === undefined) return 'thought, not called';
  return 'not called';
}

function Side(props: { readonly who: string; readonly value: string; readonly more?: string | undefined }) {
  const { who, value, more } = props;
  return (
    <span className={styles.side}>
      <span className={styles.who}>{who}</span>
      <bdi className={styles.value}>
        {value}
        {more !== undefined && <span className={styles.more}> ({more})</span>}
      </bdi>
    </span>
  );
}

function Body({ stop, detail, source, picture, onPicture }: StopProps) {
  if (stop.kind === 'shown')
    return (
      <Pictures
        pictures={detail.read?.shown ?? []}
        picked={picture}
        onPick={(detail.read?.shown ?? []).some(({ place }) => place !== null) ? onPicture : undefined}
      />
    );
  if (stop.kind === 'answer') return null;
  const { gold, calls } = stop.row;
  return (
    <>
      {gold !== undefined && (
        <div className={styles.detail}>
          <h3>Gold chain</h3>
          <p>{gold.statement}</p>
          {gold.criterion !== undefined && (
            <p className={styles.faint}>
              Criterion {gold.criterion.id}, set {gold.criterion.set}, version {gold.criterion.version}
            </p>
          )}
        </div>
      )}
      {calls.map((call) => (
        <Call key={call.call} call={call} from={{ source, repeat: detail.repeat }} />
      ))}
      {calls.length === 0 && detail.read !== null && gold?.tool !== undefined && (
        <p className={styles.faint}>The reader made no call for this step.</p>
      )}
    </>
  );
}

function Call(props: {
  readonly call: ReaderStep;
  readonly from: { readonly source: string; readonly repeat: number };
}) {
  const { call, from } = props;
  const { arguments: given, result, error, milliseconds, pictures, turn } = call;
  return (
    <div className={styles.detail}>
      <h3>
        <bdi>{callTitle(call)}</bdi>
      </h3>
      <p className={styles.faint}>
        turn {turn} · {milliseconds < 1 ? '< 1' : count(Math.round(milliseconds))} ms
      </p>
      {error !== undefined && (
        <div className={styles.error}>
          <LongText text={error} {...from} first={400} />
        </div>
      )}
      <Pictures pictures={pictures.map((hash) => ({ hash }))} />
      <div className={styles.json}>
        <span className={styles.who}>Asked</span>
        {'json' in given ? <JsonTree value={given.json} open={1} /> : <LongText text={given.cut} {...from} />}
        <span className={styles.who}>Got</span>
        {'json' in result ? (
          <JsonTree value={result.json} open={1} />
        ) : (
          <LongText text={result.cut} {...from} />
        )}
      </div>
    </div>
  );
}
