// Which runs are compared; those that cannot stand beside the chosen ones say why.
import type { RunRow } from '@shapes/runs.ts';
import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { count, plain, when } from '../../parts/words.ts';
import styles from './compare.module.css';
import { whyNot } from './data.ts';

/** Runs that are listed at once: the rest is found by words. */
const SHOWN = 60;

export interface RunPickerProps {
  readonly runs: readonly RunRow[];
  readonly chosen: readonly RunRow[];
  readonly onChange: (ids: readonly string[]) => void;
}

export function RunPicker({ runs, chosen, onChange }: RunPickerProps) {
  const [text, setText] = useState('');
  // It stays open while one chooses; whoever comes with runs in the address sees their comparison first.
  const [open, setOpen] = useState(chosen.length < 2);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const ids = chosen.map(({ id }) => id);
  const found = runs
    .filter((run) => {
      const about = `${run.reader} ${run.benchmark.name} ${run.id}`.toLowerCase();
      return ids.includes(run.id) || words.every((word) => about.includes(word));
    })
    .map((run) => ({ run, why: whyNot(run, chosen) }));
  // Those that can be chosen come first, each part as the store has them.
  const sorted = [
    ...found.filter(({ why }) => why === undefined),
    ...found.filter(({ why }) => why !== undefined),
  ];
  const toggle = (id: string): void =>
    onChange(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
  return (
    <details className={styles.picker} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {chosen.length < 2 ? 'Runs' : `Compared: ${chosen.map(({ reader }) => plain(reader)).join(', ')}`}
      </summary>
      <div className={styles.choose}>
        {runs.length > 8 && (
          <input
            type="search"
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder="Reader or benchmark"
            aria-label="Find runs by reader or benchmark"
            className={styles.input}
          />
        )}
        {chosen.length > 0 && (
          <Button look="quiet" onClick={() => onChange([])}>
            Choose none
          </Button>
        )}
      </div>
      <ul className={styles.runs}>
        {sorted.slice(0, SHOWN).map(({ run, why }) => {
          const reads = Object.values(run.counts).reduce((sum, n) => sum + n, 0);
          const isChosen = ids.includes(run.id);
          return (
            <li key={run.id}>
              <label className={why === undefined ? styles.run : `${styles.run} ${styles.not}`}>
                <input
                  type="checkbox"
                  checked={isChosen}
                  disabled={why !== undefined && !isChosen}
                  onChange={() => toggle(run.id)}
                />
                <span>
                  <bdi className={styles.reader}>{plain(run.reader)}</bdi>
                  <small>
                    <bdi>{plain(run.benchmark.name)}</bdi> ·{' '}
                    {run.format === 'mc' ? 'multiple choice' : 'free form'} · {count(reads)} reads ·{' '}
                    {when(run.createdAt)}
                    {why !== undefined && !isChosen && <em> – {why}</em>}
                  </small>
                </span>
              </label>
            </li>
          );
        })}
      </ul>
      {sorted.length > SHOWN && (
        <p className={styles.rest}>{count(sorted.length - SHOWN)} more: find them by words above.</p>
      )}
    </details>
  );
}
