// JSON that a model or a tool wrote, as a tree that opens level by level; large lists and texts in steps.
import { useState } from 'react';
import { Button } from './button.tsx';
import styles from './transcript.module.css';
import { count, plain } from './words.ts';

const ENTRIES = 40;
const LETTERS = 600;

export function JsonTree({ value, open = 2 }: { readonly value: unknown; readonly open?: number }) {
  return (
    <div className={styles.json}>
      <Node value={value} open={open} />
    </div>
  );
}

function Node({ value, open }: { readonly value: unknown; readonly open: number }) {
  if (typeof value === 'string') return <Words text={value} />;
  if (typeof value !== 'object' || value === null)
    return <span className={styles.literal}>{String(value)}</span>;
  const entries = Object.entries(value);
  const list = Array.isArray(value);
  if (entries.length === 0) return <span className={styles.literal}>{list ? '[]' : '{}'}</span>;
  if (list && entries.length <= 8 && value.every((each) => typeof each === 'number'))
    return <span className={styles.literal}>{value.join(', ')}</span>;
  return <Entries entries={entries} list={list} open={open} />;
}

function Entries(props: {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly list: boolean;
  readonly open: number;
}) {
  const { entries, list, open } = props;
  const [opened, setOpened] = useState(open > 0);
  const [most, setMost] = useState(ENTRIES);
  const what = `${count(entries.length)} ${list ? 'value' : 'field'}${entries.length === 1 ? '' : 's'}`;
  return (
    <details open={opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{what}</summary>
      {opened && (
        <dl className={styles.fields}>
          {entries.slice(0, most).map(([name, value]) => (
            <div key={name}>
              <dt>
                <bdi>{plain(name.slice(0, 120))}</bdi>
              </dt>
              <dd>
                <Node value={value} open={open - 1} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {opened && entries.length > most && (
        <Button look="quiet" onClick={() => setMost(most + 5 * ENTRIES)}>
          Show more of {count(entries.length)}
        </Button>
      )}
    </details>
  );
}

function Words({ text }: { readonly text: string }) {
  const [most, setMost] = useState(LETTERS);
  if (text === '') return <span className={styles.literal}>""</span>;
  // A content hash is known by its beginning.
  if (/^[0-9a-f]{64}$/.test(text)) return <code title={text}>{text.slice(0, 12)}…</code>;
  return (
    <span className={styles.string}>
      <bdi dir="auto">{plain(text.slice(0, most))}</bdi>
      {text.length > most && (
        <Button look="quiet" onClick={() => setMost(most + 20 * LETTERS)}>
          Show more of {count(text.length)} characters
        </Button>
      )}
    </span>
  );
}
