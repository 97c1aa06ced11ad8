// Names and values, one pair a line; what is not known is left out.
import type { ReactNode } from 'react';
import styles from './facts.module.css';

export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {rows
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{`${name.charAt(0).toUpperCase()}${name.slice(1)}`}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
