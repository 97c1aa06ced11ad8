// The frame of a table that may be wider than its place: it scrolls sideways by itself, by keyboard too.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './table.module.css';

export function TableFrame({ of, children }: { readonly of: string; readonly children: ReactNode }) {
  const frame = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const look = () => setScrolls(current.scrollWidth > current.clientWidth);
    const watch = new ResizeObserver(look);
    watch.observe(current);
    if (current.firstElementChild !== null) watch.observe(current.firstElementChild);
    return () => watch.disconnect();
  }, []);
  return (
    <section ref={frame} className={styles.frame} aria-label={of} {...(scrolls ? { tabIndex: 0 } : {})}>
      {children}
    </section>
  );
}
