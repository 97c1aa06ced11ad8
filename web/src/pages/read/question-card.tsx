// The question, its options with the right and the given one named, and what came of the read.
import type { ReadDetail, ShownKey, ShownQuestion, ShownRead } from '@shapes/read.ts';
import { Badge } from '../../parts/badge.tsx';
import { LongText } from '../../parts/transcript-text.tsx';
import { OUTCOME_TONES, plain, STAGE_WORDS, stageColour, words } from '../../parts/words.ts';
import styles from './question.module.css';
import { shortNumber } from './step-words.ts';

interface Source {
  readonly source: string;
  readonly repeat: number;
}

export function QuestionCard({ detail, source }: { readonly detail: ReadDetail; readonly source: string }) {
  const { question, key, read, problem, rung } = detail;
  const from = { source, repeat: detail.repeat };
  return (
    <div className={styles.card}>
      {question === null ? (
        <p className={styles.faint}>
          {problem?.message ?? 'The question is not there.'} What the reader did is shown below.{' '}
          {read !== null && <Outcome read={read} />}
        </p>
      ) : (
        <>
          <p className={styles.kind}>
            <span
              className={styles.stage}
              style={{ background: stageColour(question.stage) }}
              aria-hidden="true"
            />
            <span className={styles.type}>{STAGE_WORDS[question.stage]}</span>
            {read !== null && <Outcome read={read} />}
          </p>
          <p className={styles.faint}>{words(question.type)}</p>
          <div className={styles.text} data-question="">
            <LongText text={question.text} {...from} look="prose" first={900} />
          </div>
          {question.context !== undefined && (
            <div className={styles.context}>
              <LongText text={question.context} {...from} look="prose" first={400} />
            </div>
          )}
          {rung !== undefined && <p className={styles.context}>{toldOf(rung)}</p>}
          <Answers question={question} shownKey={key} read={read} from={from} format={detail.run.format} />
        </>
      )}
      <Reason read={read} from={from} />
    </div>
  );
}

function toldOf({ steps, twin }: NonNullable<ReadDetail['rung']>): string {
  if (steps === 0) return 'Rung 0 of a ladder: asked without evidence.';
  const whose = twin ? 'another patient’s evidence' : 'the right evidence';
  return `Rung ${steps} of a ladder: told ${steps} ${steps === 1 ? 'step' : 'steps'} of ${whose} before it.`;
}

function Answers(props: {
  readonly question: ShownQuestion;
  readonly shownKey: ShownKey;
  readonly read: ShownRead | null;
  readonly from: Source;
  readonly format: 'mc' | 'free';
}) {
  const { question, shownKey, read, from, format } = props;
  const letter = read?.answer?.kind === 'choice' ? read.answer.letter : undefined;
  const right = shownKey.kind === 'open' ? shownKey.letter : undefined;
  const chosen = question.options.length > 0 && (format === 'mc' || question.prompt !== undefined);
  return (
    <>
      {chosen && (
        <ol className={styles.options}>
          {question.options.map((option, at) => {
            const gold = option.letter === right;
            const given = option.letter === letter;
            return (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: two options may be alike
                key={at}
                className={[styles.option, gold && styles.gold, given && !gold && styles.wrong]
                  .filter(Boolean)
                  .join(' ')}
              >
                <span className={styles.letter}>{plain(option.letter)}</span>
                <bdi dir="auto" className={styles.optionText}>
                  {plain(option.text)}
                </bdi>
                {(gold || given) && (
                  <span className={styles.mark}>
                    {gold ? (given ? '✓ right, given' : '✓ right') : '✗ given'}
                  </span>
                )}
              </li>
            );
          })}
        </ol>
      )}
      <dl className={styles.answers}>
        {(!chosen || right === '' || right === undefined) && (
          <div>
            <dt>Right answer</dt>
            <dd>
              {shownKey.kind === 'none' ? (
                <span className={styles.faint}>{shownKey.reason}</span>
              ) : (
                <LongText text={shownKey.answer} {...from} look="prose" first={600} />
              )}
              {shownKey.kind === 'open' && !chosen && unitOf(question, shownKey)}
            </dd>
          </div>
        )}
        {(!chosen || (letter === undefined && read?.answer !== undefined)) && read !== null && (
          <div>
            <dt>Given answer</dt>
            <dd>
              <bdi dir="auto">{givenAnswer(read, question)}</bdi>
            </dd>
          </div>
        )}
      </dl>
      {shownKey.kind === 'open' && shownKey.flags.length > 0 && (
        <p className={styles.faint}>Key: {shownKey.flags.map(words).join(', ')}</p>
      )}
    </>
  );
}

/** Answers come without the unit that the question asks for. */
const unitOf = ({ unit = '', answerKind }: ShownQuestion, { answer }: Extract<ShownKey, { kind: 'open' }>) =>
  unit === '' || answerKind !== 'numeric' || answer.text.endsWith(unit) ? null : <span> {unit}</span>;

function givenAnswer({ answer, raw, status }: ShownRead, { unit = '' }: ShownQuestion): string {
  if (answer === undefined) return status === 'answered' ? plain(raw.text.slice(0, 600)) : 'none';
  if (answer.kind === 'choice') return answer.letter;
  if (answer.kind === 'number') return `${shortNumber(answer.value)} ${answer.unit ?? unit}`.trim();
  return plain(answer.text.slice(0, 1200));
}

function Outcome({ read: { outcome, score } }: { readonly read: ShownRead }) {
  const part = score !== null && score > 0 && score < 1 ? ` ${score.toFixed(2)}` : '';
  return (
    <span data-outcome={outcome}>
      <Badge tone={OUTCOME_TONES[outcome]}>
        {outcome}
        {part}
      </Badge>
    </span>
  );
}

function Reason({ read, from }: { readonly read: ShownRead | null; readonly from: Source }) {
  if (read === null) return <p className={styles.faint}>Not read yet: the page shows it once it is.</p>;
  const { confidence, reason, errorCode } = read;
  return (
    <>
      {confidence !== undefined && (
        <p className={styles.faint}>Confidence {(100 * confidence).toFixed(0)} %</p>
      )}
      {(reason !== undefined || errorCode !== undefined) && (
        <div className={styles.reason}>
          {errorCode !== undefined && <code>{plain(errorCode)} </code>}
          {reason !== undefined && <LongText text={reason} {...from} look="prose" first={400} />}
        </div>
      )}
    </>
  );
}
