// The link of a person, shown this once: whoever has it is this person.
import type { PersonWithToken } from '@shapes/room.ts';
import { useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { plain } from '../../parts/words.ts';
import styles from './room.module.css';

export function PersonLink(props: {
  readonly added: PersonWithToken | undefined;
  readonly onClose: () => void;
}) {
  const { added, onClose } = props;
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<'yes' | 'by hand'>();
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(added?.link ?? '');
      setCopied('yes');
    } catch {
      // Not every browser gives pages the clipboard; what is selected can be copied by hand.
      setCopied('by hand');
    }
  };
  const close = () => {
    setCopied(undefined);
    onClose();
  };
  const isHere = added !== undefined && /^https?:\/\/(127\.|localhost|\[::1\])/.test(added.link);
  return (
    <Dialog
      open={added !== undefined}
      onClose={close}
      dismissible={false}
      title={`The link of ${plain(added?.person.name ?? '')}`}
      lead="It is shown this once and cannot be looked up again. Copy it now; if it is lost, make a new one."
      actions={
        <Button look="primary" onClick={close}>
          I have it
        </Button>
      }
    >
      <div className={styles.link}>
        <input
          ref={field}
          readOnly
          aria-label="Link"
          value={added?.link ?? ''}
          onFocus={(event) => event.target.select()}
        />
        <Button onClick={copy}>Copy</Button>
      </div>
      <output className={styles.muted}>
        {copied === 'yes' ? 'Copied.' : copied === 'by hand' ? 'It is selected: press Ctrl + C.' : ''}
      </output>
      <p className={styles.warning}>
        Whoever opens this link is let in as {plain(added?.person.name ?? '')}. Send it to nobody else, and
        not by a way that others read.
        {isHere && ' It leads to this computer: it can be opened here, or through a tunnel to here.'}
      </p>
    </Dialog>
  );
}
