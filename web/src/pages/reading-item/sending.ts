// Sends an answer until the server has it: a lost connection is waited for, and nothing is kept twice.
import { type AnswerReceipt, answerReceipt, type GivenAnswer, readingItem, worklist } from '@shapes/room.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, get, send } from '../../api/client.ts';
import { isSame } from './draft.ts';

export type Sending =
  | { readonly phase: 'idle' }
  | { readonly phase: 'sending' }
  /** Not reached; tried again by itself. */
  | { readonly phase: 'waiting'; readonly attempt: number }
  | { readonly phase: 'refused'; readonly sentence: string };

const WAITS_MS = [1000, 2000, 4000, 8000, 15_000];

export interface AnswerSender {
  readonly sending: Sending;
  /** Resolves with the receipt, or undefined when it was refused (see `sending`) or the page went away. */
  send(position: number, body: GivenAnswer): Promise<AnswerReceipt | undefined>;
  /** Tries again at once, where it waits. */
  retryNow(): void;
  reset(): void;
}

export function useSender(worklistId: string): AnswerSender {
  const [sending, setSending] = useState<Sending>({ phase: 'idle' });
  const busy = useRef(false);
  const gone = useRef(false);
  const hurry = useRef<() => void>(() => {});
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      hurry.current();
    };
  }, []);

  const sendIt = useCallback(
    async (position: number, body: GivenAnswer): Promise<AnswerReceipt | undefined> => {
      if (busy.current) return undefined;
      busy.current = true;
      setSending({ phase: 'sending' });
      try {
        for (let attempt = 0; !gone.current; attempt++) {
          try {
            const receipt = await attemptOnce(worklistId, position, body, attempt > 0);
            setSending({ phase: 'idle' });
            return receipt;
          } catch (error) {
            if (!mayPass(error)) {
              setSending({
                phase: 'refused',
                sentence: error instanceof Error ? error.message : String(error),
              });
              return undefined;
            }
            setSending({ phase: 'waiting', attempt: attempt + 1 });
            await pause(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)] ?? 0, hurry);
          }
        }
        return undefined;
      } finally {
        busy.current = false;
      }
    },
    [worklistId],
  );
  const retryNow = useCallback(() => hurry.current(), []);
  const reset = useCallback(() => setSending({ phase: 'idle' }), []);
  return { sending, send: sendIt, retryNow, reset };
}

/** A server that is away or broken may come back; what it refused it will refuse again. */
const mayPass = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500);

async function attemptOnce(
  id: string,
  position: number,
  body: GivenAnswer,
  again: boolean,
): Promise<AnswerReceipt> {
  const item = `/api/reading/${id}/items/${position}`;
  try {
    return await send('POST', `${item}/answer`, answerReceipt, body);
  } catch (error) {
    if (!again || mayPass(error)) throw error;
    // The first try may have arrived and only its reply been lost.
    if (!isSame((await get(item, readingItem)).given, body)) throw error;
    const { answered, planned, next } = await get(`/api/reading/${id}`, worklist);
    const kept = body.answer.kind === 'pass' ? 'passed' : 'answered';
    return answerReceipt.parse({ kept, answered, planned, next });
  }
}

/** Waits; cut short when the connection comes back or somebody presses "try now". */
function pause(milliseconds: number, hurry: { current: () => void }): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      hurry.current = () => {};
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener('online', done);
    hurry.current = done;
  });
}
