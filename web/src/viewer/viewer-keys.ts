// When a key is the viewer's: while it or nothing in particular has focus, nobody types, and the page has no use for it.
import { type RefObject, useEffect, useRef } from 'react';
import { isTyping } from '../parts/shortcuts.tsx';

/** Of several viewers on a page, the one that was used last has the keys. */
const viewers: HTMLElement[] = [];

/**
 * Calls `onKey` with the keys that are the viewer's. What the page itself listens to ("a" answers, in a reading) comes
 * first: the viewer's turn is after every other listener, which may have prevented the default.
 */
export function useViewerKeys(
  root: RefObject<HTMLElement | null>,
  onKey: (event: KeyboardEvent) => void,
): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const press = (event: KeyboardEvent) => {
      window.removeEventListener('keydown', press);
      if (isForViewer(event, element)) latest.current(event);
    };
    // Added while the event is on its way down, the listener is the last one on its way up.
    const announce = () => {
      window.removeEventListener('keydown', press);
      window.addEventListener('keydown', press);
    };
    const leave = () => {
      const at = viewers.indexOf(element);
      if (at >= 0) viewers.splice(at, 1);
    };
    const come = () => {
      leave();
      viewers.push(element);
    };
    come();
    window.addEventListener('keydown', announce, { capture: true });
    element.addEventListener('pointerdown', come);
    element.addEventListener('focusin', come);
    return () => {
      leave();
      window.removeEventListener('keydown', announce, { capture: true });
      window.removeEventListener('keydown', press);
      element.removeEventListener('pointerdown', come);
      element.removeEventListener('focusin', come);
    };
  }, [root]);
}

function isForViewer(event: KeyboardEvent, root: HTMLElement): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (isTyping(event.target, event.key)) return false;
  const at = document.activeElement;
  if (root.contains(at)) return true;
  // A button or link has no use for these keys: who has pressed one to stand somewhere goes on from there. Nor have
  // words that a page has given the focus so that they are read out.
  const idle =
    at === null ||
    at === document.body ||
    at.id === 'main' ||
    at.matches('button, a, summary, [data-viewer-keys]');
  return idle && viewers.at(-1) === root;
}
