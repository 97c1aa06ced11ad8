// The control of an answer: radio buttons, a number with its unit, or free text.
import type { WantedAnswer } from '@shapes/room.ts';
import { type Ref, useId } from 'react';
import { plain } from '../../parts/words.ts';
import styles from './answer.module.css';
import type { Draft } from './draft.ts';

export interface AnswerFieldProps {
  readonly wanted: WantedAnswer;
  readonly draft: Draft;
  readonly onDraft: (change: Partial<Draft>) => void;
  /** Ctrl + Enter in a text. */
  readonly onSubmit: () => void;
  /** Where the mistake stands, when this is what is missing. */
  readonly mistakeId?: string;
  readonly fieldRef?: Ref<HTMLInputElement & HTMLTextAreaElement>;
}

export function AnswerField(props: AnswerFieldProps) {
  const { wanted, draft, onDraft, onSubmit, mistakeId, fieldRef } = props;
  const id = useId();
  const wrong = mistakeId !== undefined;
  const described = mistakeId === undefined ? {} : { 'aria-describedby': mistakeId };
  return (
    <>
      {wanted.kind === 'choice' && (
        <div
          role="radiogroup"
          aria-label="Answers"
          aria-invalid={wrong}
          {...described}
          className={styles.options}
        >
          {wanted.options.map(({ letter, text }) => (
            <label key={letter} className={styles.option}>
              <input
                type="radio"
                name={`${id}-choice`}
                value={letter}
                checked={draft.choice === letter}
                onChange={() => onDraft({ choice: letter })}
              />
              <kbd className={styles.letter}>{plain(letter)}</kbd>
              <bdi className={styles.optionText}>{plain(text)}</bdi>
            </label>
          ))}
        </div>
      )}
      {wanted.kind === 'number' && (
        <div className={styles.field}>
          <label htmlFor={`${id}-field`} className={styles.label}>
            Your answer{wanted.unit === '' ? '' : `, in ${wanted.unit}`}
          </label>
          <span className={styles.number}>
            <input
              ref={fieldRef}
              id={`${id}-field`}
              className={styles.control}
              inputMode="decimal"
              autoComplete="off"
              maxLength={40}
              value={draft.number}
              aria-invalid={wrong}
              {...described}
              onChange={(event) => onDraft({ number: event.target.value })}
            />
            {wanted.unit !== '' && (
              <span className={styles.unit} aria-hidden="true">
                {plain(wanted.unit)}
              </span>
            )}
          </span>
        </div>
      )}
      {wanted.kind === 'text' && (
        <div className={styles.field}>
          <label htmlFor={`${id}-field`} className={styles.label}>
            Your answer
          </label>
          <textarea
            ref={fieldRef}
            id={`${id}-field`}
            className={styles.control}
            rows={4}
            maxLength={20_000}
            dir="auto"
            value={draft.text}
            aria-invalid={wrong}
            {...described}
            onChange={(event) => onDraft({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                onSubmit();
              }
            }}
          />
          <p className={styles.hint}>Ctrl + Enter submits.</p>
        </div>
      )}
    </>
  );
}
