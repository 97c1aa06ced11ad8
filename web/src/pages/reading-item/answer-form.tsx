// Where a person answers: letters choose, Enter sends; how sure they are; a note for the study.
import type { ReadingItem, WorklistRow } from '@shapes/room.ts';
import { type FormEvent, type Ref, useId, useRef } from 'react';
import { Button } from '../../parts/button.tsx';
import { Slider } from '../../parts/slider.tsx';
import styles from './answer.module.css';
import { AnswerField } from './answer-field.tsx';
import type { Draft, Missing } from './draft.ts';

export interface AnswerFormProps {
  readonly wanted: ReadingItem['wanted'];
  readonly confidence: WorklistRow['confidence'];
  readonly draft: Draft;
  readonly onDraft: (change: Partial<Draft>) => void;
  readonly mistake: { readonly missing: Missing; readonly sentence: string } | undefined;
  /** While an answer is on its way nothing can be changed. */
  readonly busy: boolean;
  readonly onSubmit: () => void;
  /** Absent: no question may be passed. */
  readonly onPass?: (() => void) | undefined;
  /** "Submit", or "Change my answer". */
  readonly action: string;
  /** What a digit or letter typed anywhere goes to: the field of a number or text. */
  readonly fieldRef: Ref<HTMLInputElement & HTMLTextAreaElement>;
}

export function AnswerForm(props: AnswerFormProps) {
  const { wanted, confidence, draft, onDraft, mistake, busy, onSubmit, onPass, action, fieldRef } = props;
  const id = useId();
  const slider = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  const wrong = mistake?.missing === 'answer';
  return (
    <form className={styles.form} onSubmit={submit} noValidate aria-label="Your answer">
      <fieldset className={styles.fields} disabled={busy}>
        <legend className="visually-hidden">Your answer</legend>
        <AnswerField
          wanted={wanted}
          draft={draft}
          onDraft={onDraft}
          onSubmit={onSubmit}
          fieldRef={fieldRef}
          {...(wrong ? { mistakeId: `${id}-mistake` } : {})}
        />
        {confidence !== 'off' && (
          <Slider
            label={`How sure are you?${confidence === 'optional' ? ' (if you like)' : ''}`}
            value={draft.confidence}
            onChange={(value) => onDraft({ confidence: value })}
            step={5}
            words={(value) => `${value} % sure`}
            ends={['a guess', 'certain']}
            disabled={busy}
            inputRef={slider}
          />
        )}
        <details className={styles.note}>
          <summary>{draft.note.trim() === '' ? 'Add a note' : 'Your note'}</summary>
          <textarea
            className={styles.control}
            aria-label="Note for whoever runs the study"
            rows={2}
            maxLength={2000}
            dir="auto"
            value={draft.note}
            onChange={(event) => onDraft({ note: event.target.value })}
          />
        </details>
      </fieldset>
      {mistake !== undefined && (
        <p id={`${id}-mistake`} role="alert" className={styles.mistake}>
          {mistake.sentence}
        </p>
      )}
      <div className={styles.actions}>
        <Button type="submit" look="primary" disabled={busy} className={styles.submit}>
          {action}
        </Button>
        {onPass !== undefined && (
          <Button look="quiet" disabled={busy} onClick={onPass}>
            Cannot be answered…
          </Button>
        )}
      </div>
    </form>
  );
}
