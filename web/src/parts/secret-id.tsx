// An id of a case or patient: its first letters, the whole on request.
import { useState } from 'react';
import styles from './secret-id.module.css';

/** Ids here are "case-" or "patient-" and a keyed hash; a published one may be anything. */
export function shortId(id: string): string {
  const bare = id.replace(/^(case|patient|q)-/, '');
  return bare.length <= 8 ? bare : `${bare.slice(0, 7)}…`;
}

export function SecretId({ id, what }: { readonly id: string; readonly what: string }) {
  const [whole, setWhole] = useState(false);
  return (
    <button
      type="button"
      className={styles.id}
      aria-expanded={whole}
      aria-label={`${what} ${whole ? id : shortId(id)}: ${whole ? 'hide' : 'show'} the whole id`}
      onClick={() => setWhole(!whole)}
    >
      <bdi>{whole ? id : shortId(id)}</bdi>
    </button>
  );
}
