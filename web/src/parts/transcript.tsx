// What was said between a run and its reader, entry by entry.
import { type TranscriptRow, transcriptPage } from '@shapes/read.ts';
import { useState } from 'react';
import { get } from '../api/client.ts';
import { Button } from './button.tsx';
import styles from './transcript.module.css';
import { Pictures } from './transcript-pictures.tsx';
import { LongText } from './transcript-text.tsx';
import { count } from './words.ts';

const ROLES = { system: 'System', user: 'To the reader', assistant: 'Reader', tool: 'Tool' } as const;
const STEP = 60;

export interface TranscriptProps {
  readonly rows: readonly TranscriptRow[];
  readonly total: number;
  readonly source: string;
  readonly repeat: number;
}

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
              {ROLES[row.role]}
              {row.request !== undefined && <span> · request {row.request}</span>}
            </p>
            {row.text.total > 0 && <LongText text={row.text} source={source} repeat={repeat} first={1500} />}
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
