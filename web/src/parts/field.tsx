// A labelled input, select or text area with its hint and its mistake.
import { type ReactNode, useId } from 'react';
import styles from './field.module.css';

/** `children` is given the id and description to set on the control. */
export function Field(props: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly mistake?: string | undefined;
  readonly children: (control: { id: string; 'aria-describedby': string; className: string }) => ReactNode;
}) {
  const { label, hint, mistake, children } = props;
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children({ id, 'aria-describedby': `${id}-more`, className: styles.control })}
      <p id={`${id}-more`} className={mistake === undefined ? styles.hint : styles.mistake}>
        {mistake ?? hint}
      </p>
    </div>
  );
}
