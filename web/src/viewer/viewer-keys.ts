// When a key is the viewer's: while it or nothing in particular has focus, and nobody types.
import { type RefObject, useEffect } from 'react';

/** Of several viewers on a page, the one that was used last has the keys. */
const viewers: HTMLElement[] = [];

export function useLatestViewer(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const leave = () => {
      const at = viewers.indexOf(element);
      if (at >= 0) viewers.splice(at, 1);
    };
    const come = () => {
      leave();
      viewers.push(element);
    };
    come();
    element.addEventListener('pointerdown', come);
    element.addEventListener('focusin', come);
    return () => {
      leave();
      element.removeEventListener('pointerdown', come);
      element.removeEventListener('focusin', come);
    };
  }, [root]);
}

const MOVES = /^(Arrow|Home|End|Page)/;

export function isForViewer(event: KeyboardEvent, root: HTMLElement): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const at = document.activeElement;
  const onPage = at === null || at === document.body || at.id === 'main';
  if (onPage) return viewers.at(-1) === root;
  if (!root.contains(at)) return false;
  if (at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement) return false;
  if (!(at instanceof HTMLInputElement)) return true;
  if (at.type === 'checkbox') return event.key !== ' ';
  // A slider has its own arrows.
  return at.type === 'range' && !MOVES.test(event.key);
}
