// One disagreement: what was asked, both answers without names, the decision and its reason.
import {
  type Decision,
  type Disagreement,
  disagreement,
  type ShownAnswer,
  type WantedAnswer,
} from '@shapes/room.ts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { send } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { isTyping } from '../../parts/shortcuts.tsx';
import { plain } from '../../parts/words.ts';
import { AnswerField } from '../reading-item/answer-field.tsx';
import { checked, type Draft, EMPTY } from '../reading-item/draft.ts';
import { ShownQuestion } from '../reading-item/shown-question.tsx';
import styles from './decision.module.css';

type Choice = 'A' | 'B' | 'other' | 'unreadable';
const KEYS: Readonly<Record<string, Choice>> = { a: 'A', b: 'B', o: 'other', u: 'unreadable' };

export function DecisionPanel(props: {
  readonly heading: string;
  readonly base: string;
  readonly data: Disagreement;
  readonly onDecided: (data: Disagreement) => void;
}) {
  const { heading, base, data, onDecided } = props;
  const id = useId();
  const [choice, setChoice] = useState(() => choiceOf(data.decided));
  const [draft, setDraft] = useState<Draft>(() => otherOf(data.decided));
  const [reason, setReason] = useState(data.decided?.reason ?? '');
  const [mistake, setMistake] = useState<string>();
  const question = useRef<HTMLDivElement>(null);
  const why = useRef<HTMLTextAreaElement>(null);
  useEffect(() => question.current?.focus({ preventScroll: true }), []);
  const deciding = useMutation({
    mutationFn: (body: Decision) => send('POST', `${base}/decision`, disagreement, body),
    onSuccess: onDecided,
  });
  const open = data.mayDecide && !deciding.isPending;

  const submit = () => {
    if (!open) return;
    const decision = decisionOf(choice, draft, data.wanted);
    if (typeof decision === 'string') return setMistake(decision);
    if (reason.trim() === '') {
      setMistake('Say why: the reason stands beside the decision.');
      why.current?.focus();
      return;
    }
    setMistake(undefined);
    deciding.mutate({ decision, reason: reason.trim() });
  };
  const latest = useRef(submit);
  latest.current = submit;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (isTyping(event.target, event.key)) return;
      const chosen = KEYS[event.key.toLowerCase()];
      if (chosen !== undefined && data.mayDecide) {
        event.preventDefault();
        setChoice(chosen);
        setMistake(undefined);
      } else if (
        event.key === 'Enter' &&
        !(event.target instanceof HTMLElement && event.target.closest('button, a, summary, audio') !== null)
      ) {
        event.preventDefault();
        latest.current();
      }
    };
    // Before the viewer hears of it: its letters mean something else.
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [data.mayDecide]);

  const option = (value: Choice, title: string, given?: ShownAnswer) => (
    <label className={styles.option}>
      <input
        type="radio"
        name={`${id}-choice`}
        value={value}
        checked={choice === value}
        onChange={() => {
          setChoice(value);
          setMistake(undefined);
        }}
      />
      <span className={styles.optionWords}>
        <span className={styles.optionTitle}>{title}</span>
        {given !== undefined && <Given given={given} wanted={data.wanted} />}
      </span>
    </label>
  );

  return (
    <div className={styles.panel}>
      <ShownQuestion
        base={base}
        heading={heading}
        parts={data.parts}
        context={data.context}
        patient={data.patient}
        materials={data.materials}
        questionRef={question}
      />
      <form
        className={styles.form}
        noValidate
        aria-label="Decision"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          submit();
        }}
      >
        <fieldset disabled={!open} className={styles.fields}>
          <legend className={styles.legend}>Which answer is right?</legend>
          {option('A', 'Answer A', data.A)}
          {option('B', 'Answer B', data.B)}
          {option('other', 'Neither: another answer')}
          {choice === 'other' && (
            <div className={styles.other}>
              <AnswerField
                wanted={data.wanted}
                draft={draft}
                onDraft={(part) => {
                  setDraft({ ...draft, ...part });
                  setMistake(undefined);
                }}
                onSubmit={submit}
              />
            </div>
          )}
          {option('unreadable', 'Cannot be answered from what there is')}
          <label className={styles.reason}>
            <span>Why</span>
            <textarea
              ref={why}
              rows={3}
              maxLength={2000}
              dir="auto"
              value={reason}
              onChange={(event) => {
                setReason(event.target.value);
                setMistake(undefined);
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                submit();
              }}
            />
          </label>
        </fieldset>
        {(mistake !== undefined || deciding.isError) && (
          <p role="alert" className={styles.mistake}>
            {mistake ?? deciding.error?.message}
          </p>
        )}
        {data.mayDecide ? (
          <Button type="submit" look="primary" disabled={!open} className={styles.submit}>
            {data.decided === null ? 'Keep the decision' : 'Change the decision'}
          </Button>
        ) : (
          <p className={styles.closed}>
            {data.decided === null
              ? 'This study takes no decisions any more.'
              : 'This is decided and cannot be changed here.'}
          </p>
        )}
      </form>
    </div>
  );
}

function Given({ given, wanted }: { readonly given: ShownAnswer; readonly wanted: WantedAnswer }) {
  return (
    <>
      <bdi className={styles.given}>{plain(wordsOf(given, wanted))}</bdi>
      <span className={styles.sure}>
        {given.confidence === null ? 'no confidence given' : `${Math.round(100 * given.confidence)} % sure`}
      </span>
      {given.note !== '' && <q className={styles.noted}>{plain(given.note)}</q>}
    </>
  );
}

function wordsOf({ answer }: ShownAnswer, wanted: WantedAnswer): string {
  if (answer.kind === 'pass') return 'Cannot be answered';
  if (answer.kind === 'text') return answer.text;
  if (answer.kind === 'number')
    return `${answer.value}${wanted.kind === 'number' && wanted.unit !== '' ? ` ${wanted.unit}` : ''}`;
  const text =
    wanted.kind === 'choice'
      ? wanted.options.find(({ letter }) => letter === answer.letter)?.text
      : undefined;
  return text === undefined ? answer.letter : `${answer.letter}. ${text}`;
}

function choiceOf(decided: Decision | null): Choice | undefined {
  if (decided === null) return undefined;
  return decided.decision.kind === 'one' ? decided.decision.which : decided.decision.kind;
}

function otherOf(decided: Decision | null): Draft {
  if (decided?.decision.kind !== 'other') return EMPTY;
  const { answer } = decided.decision;
  if (answer.kind === 'choice') return { ...EMPTY, choice: answer.letter };
  return answer.kind === 'number'
    ? { ...EMPTY, number: String(answer.value) }
    : { ...EMPTY, text: answer.text };
}

function decisionOf(
  choice: Choice | undefined,
  draft: Draft,
  wanted: WantedAnswer,
): Decision['decision'] | string {
  if (choice === undefined) return 'Choose A, B, another answer, or that it cannot be answered.';
  if (choice === 'unreadable') return { kind: 'unreadable' };
  if (choice !== 'other') return { kind: 'one', which: choice };
  const check = checked(draft, wanted, 'off');
  if (!check.ready) return check.sentence;
  const { answer } = check.body;
  if (answer.kind === 'pass' || answer.kind === 'time-over') return 'Give the other answer.';
  return { kind: 'other', answer };
}
