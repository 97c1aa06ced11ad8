// Asks before something is done that cannot be taken back, and says what the server said when it could not be done.
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

export interface ConfirmProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** As a question: "Withdraw this person's link?" */
  readonly title: string;
  /** What follows from it, in plain words. */
  readonly children: ReactNode;
  /** The word on the button, a verb: "Withdraw". */
  readonly action: string;
  /** Default "danger". */
  readonly look?: 'danger' | 'primary';
  /** The window closes when it is done, and stays with the reason when it fails. */
  readonly onConfirm: () => Promise<unknown>;
}

export function Confirm(props: ConfirmProps) {
  const { open, onClose, title, children, action, look = 'danger', onConfirm } = props;
  const [busy, setBusy] = useState(false);
  const [mistake, setMistake] = useState<string>();
  const close = () => {
    setMistake(undefined);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setMistake(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setMistake(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) close();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={`${styles.popup} ${styles.narrow}`}>
          <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className={styles.lead}>
            {children}
          </AlertDialog.Description>
          {mistake !== undefined && (
            <p role="alert" className={styles.mistake}>
              {mistake}
            </p>
          )}
          <footer className={styles.actions}>
            <Button onClick={close}>Cancel</Button>
            <Button look={look} disabled={busy} onClick={confirm}>
              {action}
            </Button>
          </footer>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
