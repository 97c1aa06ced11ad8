// Keys of the answer: letters choose, digits say how sure, Enter sends; what is typed beside a field goes into it.
import type { WantedAnswer } from '@shapes/room.ts';
import { type RefObject, useEffect, useRef } from 'react';
import { isTyping, type Shortcut } from '../../parts/shortcuts.tsx';
import type { Draft } from './draft.ts';

interface AnswerKeys {
  readonly wanted: WantedAnswer;
  readonly confidence: 'required' | 'optional' | 'off';
  readonly active: boolean;
  readonly field: RefObject<HTMLElement | null>;
  readonly change: (part: Partial<Draft>) => void;
  readonly submit: () => void;
}

export function useAnswerKeys(keys: AnswerKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!latest.current.active || event.defaultPrevented || event.repeat) return;
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target, event.key)) return;
      if (take(event.key, event.target, latest.current)) event.preventDefault();
    };
    // Before the viewer hears of it: its letters mean something else.
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, []);
}

/** Where digits are windows of the viewer. */
const inStage = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('[data-stage]') !== null;

/** True where the key has done its work, and must not do any other. */
function take(key: string, target: EventTarget | null, keys: AnswerKeys): boolean {
  const { wanted, confidence, field, change, submit } = keys;
  if (key === 'Enter') {
    // On a button or link it presses that one.
    if (target instanceof HTMLElement && target.closest('button, a, summary, audio') !== null) return false;
    submit();
    return true;
  }
  if (key.length !== 1) return false;
  if (wanted.kind === 'choice') {
    const found = wanted.options.find(({ letter }) => letter.toLowerCase() === key.toLowerCase());
    if (found !== undefined) {
      change({ choice: found.letter });
      return true;
    }
  }
  if (inStage(target)) return false;
  if (wanted.kind === 'number' ? /[\d.−-]/.test(key) : wanted.kind === 'text' && /\p{L}/u.test(key)) {
    // The key itself is then typed into the field.
    field.current?.focus();
    return false;
  }
  if (/\d/.test(key) && confidence !== 'off') {
    change({ confidence: key === '0' ? 100 : 10 * Number(key) });
    return true;
  }
  return false;
}

/** For the list that "?" opens. */
export function answerKeyList(
  wanted: WantedAnswer,
  confidence: 'required' | 'optional' | 'off',
): readonly Shortcut[] {
  const first = wanted.kind === 'choice' ? wanted.options.at(0)?.letter : undefined;
  const last = wanted.kind === 'choice' ? wanted.options.at(-1)?.letter : undefined;
  return [
    ...(first === undefined || last === undefined
      ? []
      : [{ keys: [first], shown: [first, '–', last], about: 'Choose an answer' }]),
    ...(wanted.kind === 'number' ? [{ keys: ['0'], shown: ['0', '–', '9'], about: 'Type the number' }] : []),
    ...(confidence === 'off' || wanted.kind === 'number'
      ? []
      : [{ keys: ['1'], shown: ['1', '–', '9', '0'], about: 'How sure you are: 10 to 90 %, 100 %' }]),
    { keys: ['Enter'], about: wanted.kind === 'text' ? 'Submit (in the text: Ctrl + Enter)' : 'Submit' },
  ];
}
