// The list of the viewer's keys.
import type { ScanFacts } from '@shapes/scan.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { KEY_HELP } from '../engine/keys.ts';
import styles from './key-help.module.css';

export function KeyHelp(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly presets: ScanFacts['presets'];
}) {
  const { open, onClose, presets } = props;
  const windows = presets
    .slice(0, 9)
    .map(({ name }, at) => `${at + 1} ${name}`)
    .join(', ');
  return (
    <Dialog open={open} onClose={onClose} title="Keys of the viewer">
      <table className={styles.keys}>
        <tbody>
          {KEY_HELP.map(([keys, meaning]) => (
            <tr key={meaning}>
              <th scope="row">{keys.map((key) => (key === '…' ? ' … ' : <kbd key={key}>{key}</kbd>))}</th>
              <td>{keys[0] === '1' && windows !== '' ? `${meaning}: ${windows}` : meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.more}>
        The wheel goes through slices, with Ctrl it zooms. The right button changes the window, the middle one
        moves the image. One finger goes through slices, two zoom and move.
      </p>
    </Dialog>
  );
}
