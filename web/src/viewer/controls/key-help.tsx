// The list of the viewer's keys.
import { Dialog } from '@base-ui/react/dialog';
import type { ScanFacts } from '@shapes/scan.ts';
import { KEY_HELP } from '../engine/keys.ts';
import styles from './key-help.module.css';

export function KeyHelp(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly presets: ScanFacts['presets'];
}) {
  const { open, onClose, presets } = props;
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <Dialog.Title className={styles.title}>Keys of the viewer</Dialog.Title>
          <table className={styles.keys}>
            <tbody>
              {KEY_HELP.map(([keys, meaning]) => (
                <tr key={meaning}>
                  <th scope="row">{keys.map((key) => (key === '…' ? ' … ' : <kbd key={key}>{key}</kbd>))}</th>
                  <td>
                    {meaning}
                    {keys[0] === '1' &&
                      `: ${presets
                        .slice(0, 9)
                        .map(({ name }, at) => `${at + 1} ${name}`)
                        .join(', ')}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.more}>
            The wheel goes through slices, with Ctrl it zooms. The right button changes the window, the middle
            one moves the image. Two fingers zoom and move.
          </p>
          <Dialog.Close className={styles.close}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
