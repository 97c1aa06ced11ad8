// What a page says when there is nothing to show: still loading, empty, or refused. Each has a next step.
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import styles from './notes.module.css';

/** Nothing here yet: what it is for, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.note}>
      <h2>{title}</h2>
      <div className={styles.body}>{children}</div>
    </div>
  );
}

/** A refusal in the server's own sentence. */
export function Problem({
  error,
  title = 'This cannot be shown',
}: {
  readonly error: unknown;
  readonly title?: string;
}) {
  const sentence = error instanceof Error ? error.message : String(error);
  return (
    <div className={`${styles.note} ${styles.problem}`} role="alert">
      <h2>{title}</h2>
      <p className={styles.body}>{sentence}</p>
      {error instanceof ApiError && error.status !== 0 && <p className={styles.code}>{error.code}</p>}
    </div>
  );
}

export function Loading({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <output className={styles.loading}>
      <span className={styles.dot} aria-hidden="true" />
      {what}…
    </output>
  );
}
