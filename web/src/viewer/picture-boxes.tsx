// Boxes over a picture: the annotation's solid, the reader's dashed.
import { plain } from '../parts/words.ts';
import type { Frame } from './engine/camera.ts';
import styles from './picture.module.css';
import type { PictureViewerProps } from './props.ts';

export function PictureBoxes(props: {
  readonly boxes: NonNullable<PictureViewerProps['boxes']>;
  readonly frame: Frame;
  readonly screen: { readonly width: number; readonly height: number };
}) {
  const { boxes, frame, screen } = props;
  return (
    <svg
      className={styles.boxes}
      width={screen.width}
      height={screen.height}
      viewBox={`0 0 ${screen.width} ${screen.height}`}
      aria-hidden="true"
    >
      {boxes.map(({ box, label, by = 'gold' }) => {
        const x = frame.left + box[0] * frame.scaleX;
        const y = frame.top + box[1] * frame.scaleY;
        const rect = {
          x,
          y,
          width: Math.max(0, box[2] - box[0]) * frame.scaleX,
          height: Math.max(0, box[3] - box[1]) * frame.scaleY,
        };
        const name = plain(label);
        return (
          <g key={`${by} ${box.join(' ')} ${label}`}>
            <rect {...rect} className={styles.halo} />
            <rect {...rect} className={`${styles.box} ${styles[by]}`} />
            <text x={x + 2} y={Math.max(12, y - 5)} className={`${styles.name} ${styles[by]}`}>
              {name.length > 60 ? `${name.slice(0, 59)}…` : name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
