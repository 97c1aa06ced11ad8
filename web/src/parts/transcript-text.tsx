// A long text that somebody or something wrote: shown in steps, the rest fetched when it is asked for.
import { type CutText, textPiece } from '@shapes/read.ts';
import { useState } from 'react';
import { get } from '../api/client.ts';
import { Button } from './button.tsx';
import styles from './transcript.module.css';
import { count, plain } from './words.ts';

/** Characters that are shown at first, and added by each step. */
const FIRST = 4000;
const STEP = 16_000;

export interface LongTextProps {
  readonly text: CutText;
  /** Address of the read, whose further pieces are at …/text. */
  readonly source: string;
  readonly repeat: number;
  /** Default "pre": as it was written, in the type of code. */
  readonly look?: 'pre' | 'prose';
  readonly first?: number;
}

export function LongText(props: LongTextProps) {
  const { text, source, repeat } = props;
  // What was opened of one text says nothing of the next that stands in its place.
  return <Opened key={`${source} ${repeat} ${text.part} ${text.total}`} {...props} />;
}

function Opened({ text, source, repeat, look = 'pre', first = FIRST }: LongTextProps) {
  const [had, setHad] = useState(text.text);
  const [shown, setShown] = useState(first);
  const [state, setState] = useState<'' | 'loading' | 'failed'>('');
  const length = Math.min(shown, had.length);

  async function more(): Promise<void> {
    const wanted = shown + STEP;
    let whole = had;
    try {
      while (whole.length < Math.min(wanted, text.total)) {
        setState('loading');
        const query = { repeat, part: text.part, offset: whole.length };
        const piece = await get(`${source}/text`, textPiece, query);
        if (piece.text === '') break;
        whole += piece.text;
      }
      setHad(whole);
      setShown(wanted);
      setState('');
    } catch {
      setState('failed');
    }
  }

  if (text.total === 0) return <p className={styles.faint}>No words.</p>;
  return (
    <div className={styles.long}>
      <bdi dir="auto" className={look === 'pre' ? styles.pre : styles.prose}>
        {plain(whole(had, length))}
      </bdi>
      {length < text.total && (
        <p className={styles.more}>
          <Button look="quiet" onClick={() => void more()} disabled={state === 'loading'}>
            Show more
          </Button>
          <span>
            {count(length)} of {count(text.total)} characters
            {state === 'failed' && ': the rest could not be fetched, try again'}
          </span>
        </p>
      )}
    </div>
  );
}

/** Never half of a pair. */
function whole(text: string, length: number): string {
  const pair = length < text.length && /[\uD800-\uDBFF]/.test(text[length - 1] ?? '');
  return text.slice(0, pair ? length - 1 : length);
}
