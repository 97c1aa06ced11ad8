// One question beside its scan: what is asked, an aid where the arm has one, the answer on its way.
import type { AnswerReceipt, GivenAnswer, ReadingItem, Worklist } from '@shapes/room.ts';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import type { ActiveTime } from './active-time.ts';
import { AnswerForm } from './answer-form.tsx';
import { useAnswerKeys } from './answer-keys.ts';
import { checked, type Draft, dropDraft, firstDraft, keepDraft, type Missing, rest } from './draft.ts';
import styles from './item.module.css';
import type { AnswerSender } from './sending.ts';
import { Aid, ShownQuestion } from './shown-question.tsx';

export interface ItemPanelProps {
  readonly list: Worklist;
  readonly item: ReadingItem;
  readonly base: string;
  readonly time: ActiveTime;
  readonly sender: AnswerSender;
  readonly paused: boolean;
  /** Milliseconds since the epoch at which the time limit ends; undefined without one. */
  readonly deadline: number | undefined;
  readonly onReceipt: (receipt: AnswerReceipt) => void;
}

export function ItemPanel(props: ItemPanelProps) {
  const { list, item, base, time, sender, paused, deadline, onReceipt } = props;
  const [draft, setDraft] = useState<Draft>(() => firstDraft(list.id, item));
  const [mistake, setMistake] = useState<{ missing: Missing; sentence: string }>();
  const [passing, setPassing] = useState(false);
  const question = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const { phase } = sender.sending;
  const busy = phase === 'sending' || phase === 'waiting' || !item.open;

  // A new question is read out; so is one that a pause had covered.
  useEffect(() => {
    if (!paused) question.current?.focus({ preventScroll: true });
  }, [paused]);

  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    setMistake(undefined);
    keepDraft(list.id, { position: item.position, draft: next, activeMilliseconds: time.now() });
  };
  const post = async (body: GivenAnswer) => {
    const receipt = await sender.send(item.position, {
      ...body,
      activeMilliseconds: Math.round(time.now()),
    });
    if (receipt === undefined) return;
    dropDraft(list.id);
    onReceipt(receipt);
  };
  const submit = () => {
    if (busy || paused) return;
    const check = checked(draft, item.wanted, list.confidence);
    if (check.ready) return void post(check.body);
    setMistake(check);
    if (check.missing === 'answer') field.current?.focus();
  };

  useAnswerKeys({
    wanted: item.wanted,
    confidence: list.confidence,
    active: !busy && !paused,
    field,
    change,
    submit,
  });
  useTimeOver(deadline, item.open, () => {
    // What stands there complete is taken as the answer; half an answer is none.
    const check = checked(draft, item.wanted, list.confidence);
    void post(check.ready ? check.body : { answer: { kind: 'time-over' } });
  });

  return (
    <div className={styles.panel}>
      <ShownQuestion
        base={base}
        heading={`Question ${item.position + 1} of ${item.planned}`}
        parts={item.parts}
        context={item.context}
        patient={item.patient}
        materials={item.materials}
        questionRef={question}
      />
      {item.aid !== null && <Aid aid={item.aid} label={list.arm ?? list.title} />}
      {!item.open && (
        <p className={styles.closed}>
          {item.given === null
            ? 'The time for this question is over; it counts as not answered.'
            : 'You have answered this question; the answer cannot be changed any more.'}
        </p>
      )}
      <AnswerForm
        wanted={item.wanted}
        confidence={list.confidence}
        draft={draft}
        onDraft={change}
        mistake={mistake}
        busy={busy}
        onSubmit={submit}
        onPass={list.mayPass ? () => setPassing(true) : undefined}
        action={phase === 'sending' ? 'Sending…' : item.given === null ? 'Submit' : 'Change my answer'}
        fieldRef={field}
      />
      <SendingNote sender={sender} />
      <Confirm
        open={passing}
        onClose={() => setPassing(false)}
        title="Pass this question?"
        action="Pass"
        look="primary"
        onConfirm={() => post({ answer: { kind: 'pass' }, ...rest(draft, 'off') })}
      >
        It is kept as “cannot be answered” and counts as no answer.
        {list.mayGoBack ? ' You can come back to it.' : ' You cannot come back to it.'}
      </Confirm>
    </div>
  );
}

/** What is the matter while an answer is on its way. */
function SendingNote({ sender }: { readonly sender: AnswerSender }) {
  const { sending, retryNow } = sender;
  if (sending.phase === 'refused')
    return (
      <p role="alert" className={styles.refused}>
        The answer was not taken. {sending.sentence}
      </p>
    );
  if (sending.phase !== 'waiting') return null;
  return (
    <output className={styles.waiting}>
      <span>
        The workbench cannot be reached. Your answer is kept in this tab and is sent as soon as it answers
        again
        {sending.attempt > 1 ? ` (tried ${sending.attempt} times)` : ''}.
      </span>
      <Button onClick={retryNow}>Try now</Button>
    </output>
  );
}

/** Calls once when the time is over, a moment early so that the answer arrives in time. */
function useTimeOver(deadline: number | undefined, open: boolean, over: () => void): void {
  const latest = useRef(over);
  latest.current = over;
  useEffect(() => {
    if (deadline === undefined || !open) return undefined;
    const timer = setTimeout(() => latest.current(), Math.max(0, deadline - Date.now() - EARLY_MS));
    return () => clearTimeout(timer);
  }, [deadline, open]);
}
const EARLY_MS = 700;
