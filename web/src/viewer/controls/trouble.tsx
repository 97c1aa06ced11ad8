// Why the slice that one stands on is not drawn, with a way to try again.
import styles from '../viewer.module.css';

export function Trouble({ trouble, onRetry }: { readonly trouble: unknown; readonly onRetry: () => void }) {
  if (trouble === undefined) return null;
  const sentence = trouble instanceof Error ? trouble.message : 'This slice did not come.';
  return (
    <div className={styles.trouble} role="alert">
      <span>{sentence}</span>
      <button type="button" className={styles.control} onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
