// Chooses readers: those without a model from a list, those around a model by writing the model's name.
import type { ReaderEntry, ReaderList } from '@shapes/runs.ts';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { plain } from '../../parts/words.ts';
import styles from './start.module.css';

export interface ReaderPickerProps {
  readonly list: ReaderList;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly mistake?: string | undefined;
}

interface Offer {
  /** As written; for a strategy what comes before its model. */
  readonly name: string;
  readonly entry: ReaderEntry;
}

/** A reader by itself once for each of its modes; a strategy once, after those. */
const offersOf = (readers: readonly ReaderEntry[]): Offer[] =>
  readers
    .toSorted((a, b) => Number(a.takesModel) - Number(b.takesModel))
    .flatMap((entry): Offer[] =>
      entry.takesModel || entry.modes.length === 0
        ? [{ name: entry.takesModel ? `${entry.id}@` : entry.id, entry }]
        : entry.modes.map((mode) => ({ name: `${entry.id}#${mode}`, entry })),
    );

const NAME = /^[\w][\w@/#.:+~-]{0,199}$/;

export function ReaderPicker({ list, chosen, onChange, mistake }: ReaderPickerProps) {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const add = (name: string) => {
    if (!chosen.includes(name)) onChange([...chosen, name]);
    setText('');
  };
  const words = text.trim().toLowerCase();
  const offers = offersOf(list.readers).filter(
    ({ name, entry }) =>
      !chosen.includes(name) &&
      (words === '' || `${name} ${entry.summary} ${entry.paper ?? ''}`.toLowerCase().includes(words)),
  );
  const typed = text.trim();
  const isWhole = NAME.test(typed) && (typed.includes('/') || offers.some(({ name }) => name === typed));
  const choose = ({ name, entry }: Offer) => {
    if (!entry.takesModel) return add(name);
    setText(name);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (isWhole) add(typed);
    else if (offers.length === 1) choose(offers[0]);
  };
  const models = list.providers.map((provider) => `${provider}/MODEL`).join(', ');
  return (
    <div className={styles.picker}>
      {chosen.length > 0 && (
        <ul className={styles.chips} aria-label="Chosen readers">
          {chosen.map((name) => (
            <li key={name}>
              <bdi>{plain(name)}</bdi>
              <button
                type="button"
                aria-label={`Remove ${name}`}
                onClick={() => onChange(chosen.filter((one) => one !== name))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field
        label="Readers"
        mistake={mistake}
        hint={`Search the list, or write a model: ${models}, or STRATEGY@PROVIDER/MODEL.`}
      >
        {(control) => (
          <div className={styles.write}>
            <input
              {...control}
              ref={field}
              type="text"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={({ target }) => setText(target.value)}
              onKeyDown={onKeyDown}
            />
            <Button disabled={!isWhole} onClick={() => add(typed)}>
              Add
            </Button>
          </div>
        )}
      </Field>
      <ul className={styles.offers} aria-label="Readers to choose from">
        {offers.map((offer) => (
          <li key={offer.name}>
            <button type="button" onClick={() => choose(offer)}>
              <span className={styles.offer}>
                {offer.name}
                {offer.entry.takesModel && <span className={styles.muted}>MODEL</span>}
              </span>
              <span className={styles.muted}>{offer.entry.summary}</span>
            </button>
          </li>
        ))}
        {offers.length === 0 && (
          <li className={styles.none}>
            {isWhole
              ? 'Press Enter to add it.'
              : 'Nothing in the list fits. A model is written PROVIDER/MODEL.'}
          </li>
        )}
      </ul>
    </div>
  );
}
