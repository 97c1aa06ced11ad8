// The whole id of a case, hidden until it is asked for.
import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { plain } from '../../parts/words.ts';
import styles from './case.module.css';

export function CaseId({ id }: { readonly id: string }) {
  const [shown, setShown] = useState(false);
  if (shown) return <code className={styles.id}>{plain(id)}</code>;
  return <Button onClick={() => setShown(true)}>Show the whole id</Button>;
}
