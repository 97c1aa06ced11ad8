// The head of a question: the way out, how far it is, the clock, and what can be done besides answering.
import type { Worklist } from '@shapes/room.ts';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { type Shortcut, ShortcutHelp } from '../../parts/shortcuts.tsx';
import type { ActiveTime } from './active-time.ts';
import styles from './head.module.css';

export interface HeadProps {
  readonly list: Worklist;
  readonly position: number;
  readonly time: ActiveTime;
  readonly deadline: number | undefined;
  readonly paused: boolean;
  readonly shortcuts: readonly Shortcut[];
  readonly onPause: () => void;
  /** To the live region. */
  readonly onSay: (sentence: string) => void;
  readonly onInstructions: (() => void) | undefined;
  readonly onBack: (() => void) | undefined;
  readonly onForward: (() => void) | undefined;
}

export function Head(props: HeadProps) {
  const { list, position, time, deadline, paused, shortcuts, onPause, onSay } = props;
  const { onInstructions, onBack, onForward } = props;
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <Link to="/reading">My worklists</Link>
        <span className={styles.name}>
          {list.title}
          {list.arm === null ? '' : `, ${list.arm}`}
        </span>
      </div>
      <div className={styles.progress}>
        <progress max={list.planned} value={list.answered} aria-label="Answered" className={styles.bar} />
        <span>
          {position + 1} of {list.planned}
        </span>
        <Clock time={time} deadline={deadline} onSay={onSay} />
      </div>
      <div className={styles.actions}>
        {list.mayGoBack && (
          <>
            <Button onClick={onBack} disabled={onBack === undefined || paused}>
              Back
            </Button>
            <Button onClick={onForward} disabled={onForward === undefined || paused}>
              Forward
            </Button>
          </>
        )}
        {onInstructions !== undefined && <Button onClick={onInstructions}>Instructions</Button>}
        <Button onClick={onPause} disabled={paused}>
          Pause
        </Button>
        <ShortcutHelp shortcuts={shortcuts} />
      </div>
    </header>
  );
}

const WARN_AT = [60, 10];

/** Time looked at; or what is left of the limit, told at a minute and at ten seconds. */
function Clock(props: {
  readonly time: ActiveTime;
  readonly deadline: number | undefined;
  readonly onSay: (sentence: string) => void;
}) {
  const { time, deadline, onSay } = props;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const left = deadline === undefined ? undefined : Math.max(0, Math.ceil((deadline - now) / 1000));
  const warned = useRef<number>(undefined);
  useEffect(() => {
    if (left === undefined || !WARN_AT.includes(left) || warned.current === left) return;
    warned.current = left;
    onSay(`${left} seconds left.`);
  }, [left, onSay]);
  if (left === undefined)
    return (
      <span className={styles.clock} role="timer" aria-label="Time on this question">
        {clockOf(Math.floor(time.now() / 1000))}
      </span>
    );
  return (
    <span
      className={`${styles.clock} ${left <= 10 ? styles.late : ''}`}
      role="timer"
      aria-label="Time left for this question"
    >
      {clockOf(left)} left
    </span>
  );
}

const clockOf = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
