// Keys of a page: what they do, and the list that "?" opens. While somebody types, keys are text.
import { useEffect, useRef, useState } from 'react';
import { Dialog } from './dialog.tsx';
import styles from './shortcuts.module.css';

export interface Shortcut {
  /** As KeyboardEvent.key says it: "ArrowRight", "n", "?". Several keys may do the same. */
  readonly keys: readonly string[];
  /** What it does, in a few words. */
  readonly about: string;
  /** How the keys are shown, where that is not their own name: ["a", "–", "d"]. */
  readonly shown?: readonly string[];
  /** Absent: somebody else listens to it (the viewer), and it is only listed. */
  readonly run?: (event: KeyboardEvent) => void;
}

/** Keys that move a slider; every other one is free on it. */
const MOVES = /^(Arrow|Page|Home$|End$| $)/;

/** True where a key is meant as text, moves a control or belongs to a window, so that a page must not take it. */
export function isTyping(target: EventTarget | null, key = ''): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"], [role="alertdialog"]') !== null) return true;
  if (target.isContentEditable || target.matches('textarea, select, [role="combobox"], [role="listbox"] *'))
    return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return target.type === 'range' ? MOVES.test(key) : !/^(radio|checkbox|button|submit)$/.test(target.type);
}

/** Listens while the page is shown. Keys with Ctrl, Alt or Meta belong to the browser. */
export function useShortcuts(shortcuts: readonly Shortcut[], active = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!active) return undefined;
    const listen = (event: KeyboardEvent) => {
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.altKey ||
        event.metaKey ||
        isTyping(event.target, event.key)
      )
        return;
      const found = latest.current.find(({ keys, run }) => run !== undefined && keys.includes(event.key));
      if (found?.run === undefined) return;
      event.preventDefault();
      found.run(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [active]);
}

/** The button and the window that list a page's keys; "?" opens it too. */
export function ShortcutHelp({ shortcuts }: { readonly shortcuts: readonly Shortcut[] }) {
  const [open, setOpen] = useState(false);
  useShortcuts([{ keys: ['?'], about: 'This list', run: () => setOpen(true) }]);
  return (
    <>
      <button
        type="button"
        className={styles.help}
        aria-label="Keyboard shortcuts"
        onClick={() => setOpen(true)}
      >
        ?
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Keyboard">
        <dl className={styles.list}>
          {[...shortcuts, { keys: ['?'], about: 'This list' }].map((shortcut: Shortcut) => (
            <div key={shortcut.about} className={styles.row}>
              <dt>
                {(shortcut.shown ?? shortcut.keys).map((key) =>
                  key === '–' ? <span key={key}>–</span> : <kbd key={key}>{NAMES[key] ?? key}</kbd>,
                )}
              </dt>
              <dd>{shortcut.about}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
  Escape: 'Esc',
  PageUp: 'Page up',
  PageDown: 'Page down',
};
