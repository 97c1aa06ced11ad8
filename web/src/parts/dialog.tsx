// A window over the page: takes the focus, gives it back, closes with Escape.
import { Dialog as Base } from '@base-ui/react/dialog';
import { type ReactNode, useRef } from 'react';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly open: boolean;
  /** Told when Escape, the cross or a click beside the window asks for it to be closed. */
  readonly onClose: () => void;
  readonly title: string;
  /** One or two sentences below the title; read out when the window opens. */
  readonly lead?: ReactNode;
  /** Buttons at the foot. */
  readonly actions?: ReactNode;
  /** Default "narrow": a form or a few sentences. "wide" for tables and steps. */
  readonly size?: 'narrow' | 'wide';
  /** False where a click beside it must not lose what was entered. Default true. */
  readonly dismissible?: boolean;
  readonly children?: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, lead, actions, size = 'narrow', dismissible = true, children } = props;
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      disablePointerDismissal={!dismissible}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup
          ref={popup}
          className={`${styles.popup} ${styles[size]}`}
          initialFocus={firstFieldOf(popup)}
        >
          <header className={styles.head}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <Base.Close className={styles.close} aria-label="Close">
              <span aria-hidden="true">×</span>
            </Base.Close>
          </header>
          {lead !== undefined && <Base.Description className={styles.lead}>{lead}</Base.Description>}
          <div className={styles.body}>{children}</div>
          {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The first field, else the window itself: never the cross, which would be pressed by the Enter that opened it. */
const firstFieldOf = (popup: React.RefObject<HTMLDivElement | null>) => () =>
  popup.current?.querySelector<HTMLElement>(
    'input:not([type="hidden"]):not(:disabled), select, textarea, [data-first]',
  ) ?? popup.current;
