// What was said between a run and its reader, entry by entry.
import { type TranscriptRow, transcriptPage } from '@shapes/read.ts';
import { useState } from 'react';
import { get } from '../api/client.ts';
import { Button } from './button.tsx';
import styles from './transcript.module.css';
import { JsonTree } from './transcript-json.tsx';
import { Pictures } from './transcript-pictures.tsx';
import { LongText } from './transcript-text.tsx';
import { count, words } from './words.ts';

const ROLES = { system: 'System', user: 'To the reader', assistant: 'Reader', tool: 'Tool' } as const;
const STEP = 60;

export interface TranscriptProps {
  readonly rows: readonly TranscriptRow[];
  readonly total: number;
  readonly source: string;
  readonly repeat: number;
}

/** A tool's entry as its arguments and result; anything else as it was written. */
function Said({ row, source, repeat }: { row: TranscriptRow } & Pick<TranscriptProps, 'source' | 'repeat'>) {
  const called =
    row.role === 'tool' && row.text.text.length === row.text.total ? calledIn(row.text.text) : undefined;
  if (called === undefined) return <LongText text={row.text} source={source} repeat={repeat} first={1500} />;
  return (
    <div className={styles.called}>
      <span>Asked</span>
      <JsonTree value={called.arguments} open={1} />
      <span>Got</span>
      <JsonTree value={called.result} open={1} />
    </div>
  );
}

/** The log writes a call as NAME(ARGUMENTS) → RESULT, both JSON. */
function calledIn(text: string): { readonly arguments: unknown; readonly result: unknown } | undefined {
  const open = text.indexOf('(');
  for (let arrow = text.indexOf(') → '); open > 0 && arrow > 0; arrow = text.indexOf(') → ', arrow + 1))
    try {
      return {
        arguments: JSON.parse(text.slice(open + 1, arrow)),
        result: JSON.parse(text.slice(arrow + 4)),
      };
    } catch {
      // The arrow stands within what was asked: the next one may be the log's.
    }
  return undefined;
}

/** "Tool · measure". */
const roleOf = ({ role, text }: TranscriptRow): string => {
  const name = role === 'tool' ? /^([\w-]{1,60})\(/.exec(text.text)?.[1] : undefined;
  return name === undefined ? ROLES[role] : `${ROLES[role]} · ${words(name)}`;
};

export function Transcript({ rows, total, source, repeat }: TranscriptProps) {
  const [had, setHad] = useState(rows);
  const [most, setMost] = useState(STEP);
  const [failed, setFailed] = useState(false);
  async function more(): Promise<void> {
    setFailed(false);
    try {
      if (most + STEP > had.length && had.length < total) {
        const page = await get(`${source}/transcript`, transcriptPage, { repeat, from: had.length });
        setHad([...had, ...page.rows]);
      }
      setMost(most + STEP);
    } catch {
      setFailed(true);
    }
  }
  if (total === 0)
    return <p className={styles.faint}>Nothing was said: this reader answers without a conversation.</p>;
  return (
    <div className={styles.transcript}>
      <ol>
        {had.slice(0, most).map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries never move
          <li key={at} className={styles[row.role]}>
            <p className={styles.role}>
              {roleOf(row)}
              {row.request !== undefined && <span> · request {row.request}</span>}
            </p>
            {row.text.total > 0 && <Said row={row} source={source} repeat={repeat} />}
            <Pictures pictures={row.images.map((hash) => ({ hash }))} />
          </li>
        ))}
      </ol>
      {most < total && (
        <p className={styles.more}>
          <Button look="quiet" onClick={() => void more()}>
            Show more entries
          </Button>
          <span>
            {count(Math.min(most, had.length))} of {count(total)}
            {failed && ': the rest could not be fetched, try again'}
          </span>
        </p>
      )}
    </div>
  );
}
