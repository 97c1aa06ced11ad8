// Pictures of a read by their hashes: small ones in a row, each opened large.
import { useState } from 'react';
import { addressOf } from '../api/client.ts';
import { PictureViewer } from '../viewer/picture-viewer.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import styles from './transcript.module.css';
import { count, plain } from './words.ts';

const FIRST = 16;

export interface Picture {
  readonly hash: string;
  /** What it shows, as far as that is known. */
  readonly caption?: string;
}

/** @param onPick where given, a click does this in place of opening the picture */
export function Pictures(props: {
  readonly pictures: readonly Picture[];
  readonly onPick?: ((at: number) => void) | undefined;
  readonly picked?: number | undefined;
}) {
  const { pictures, onPick, picked } = props;
  const [most, setMost] = useState(FIRST);
  const [open, setOpen] = useState<number>();
  if (pictures.length === 0) return null;
  const label = (at: number) => plain(pictures[at]?.caption || `Picture ${at + 1}`);
  return (
    <div className={styles.pictures}>
      {pictures.slice(0, most).map(({ hash }, at) => (
        <button
          key={`${at} ${hash}`}
          type="button"
          className={styles.thumb}
          title={label(at)}
          aria-pressed={onPick === undefined ? undefined : picked === at}
          onClick={() => (onPick === undefined ? setOpen(at) : onPick(at))}
          onDoubleClick={() => setOpen(at)}
        >
          <img src={addressOf(`/api/blobs/${encodeURIComponent(hash)}`)} alt={label(at)} loading="lazy" />
        </button>
      ))}
      {pictures.length > most && (
        <Button look="quiet" onClick={() => setMost(pictures.length)}>
          All {count(pictures.length)}
        </Button>
      )}
      {open !== undefined && pictures[open] !== undefined && (
        <Dialog open onClose={() => setOpen(undefined)} title={label(open)} size="wide">
          <div className={styles.large}>
            <PictureViewer
              src={addressOf(`/api/blobs/${encodeURIComponent(pictures[open].hash)}`)}
              label={label(open)}
            />
          </div>
        </Dialog>
      )}
    </div>
  );
}
