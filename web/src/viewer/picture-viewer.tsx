// The viewer of pictures: zoom, pan, and boxes on them.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { plain } from '../parts/words.ts';
import { type Camera, FITTED, frameOf, panned, zoomedAt } from './engine/camera.ts';
import styles from './picture.module.css';
import { PictureBoxes } from './picture-boxes.tsx';
import type { PictureViewerProps } from './props.ts';

const STEP = 60;

/** Another picture begins anew: fitted, and with its own size. */
export function PictureViewer(props: PictureViewerProps) {
  return <Picture key={props.src} {...props} />;
}

function Picture({ src, label, boxes = [] }: PictureViewerProps) {
  const stage = useRef<HTMLDivElement>(null);
  const fingers = useRef(new Map<number, readonly [number, number]>());
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [screen, setScreen] = useState({ width: 1, height: 1 });
  const [camera, setCamera] = useState<Camera>(FITTED);
  const [boxed, setBoxed] = useState(true);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const sized = new ResizeObserver(() =>
      setScreen({ width: element.clientWidth, height: element.clientHeight }),
    );
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  const picture = size && ({ ...size, spacing: [1, 1] } as const);
  const frame = picture && frameOf(camera, picture, screen);
  const zoom = (factor: number, at: readonly [number, number] = [screen.width / 2, screen.height / 2]) => {
    if (picture !== undefined) setCamera((from) => zoomedAt(from, factor, at, picture, screen));
  };
  const pan = (dx: number, dy: number) => {
    if (picture !== undefined)
      setCamera((from) => panned(from, [dx, dy], frameOf(from, picture, screen), picture));
  };
  /** One pointer moves the picture; of two, their middle moves it and their distance zooms. */
  const drag = (pointer: number, to: readonly [number, number], box: DOMRect) => {
    const from = fingers.current.get(pointer);
    if (from === undefined) return;
    fingers.current.set(pointer, to);
    const other = [...fingers.current].find(([id]) => id !== pointer)?.[1];
    if (other === undefined) {
      pan(to[0] - from[0], to[1] - from[1]);
      return;
    }
    pan((to[0] - from[0]) / 2, (to[1] - from[1]) / 2);
    const apart = (point: readonly [number, number]) =>
      Math.max(8, Math.hypot(point[0] - other[0], point[1] - other[1]));
    zoom(apart(to) / apart(from), [(to[0] + other[0]) / 2 - box.left, (to[1] + other[1]) / 2 - box.top]);
  };
  const wheel = useRef((_: WheelEvent) => {});
  wheel.current = (event) => {
    const box = stage.current?.getBoundingClientRect();
    if (box === undefined) return;
    event.preventDefault();
    zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) / 400), [
      event.clientX - box.left,
      event.clientY - box.top,
    ]);
  };
  useEffect(() => {
    const element = stage.current;
    // React listens to wheels passively: the page would scroll along.
    const turn = (event: WheelEvent) => wheel.current(event);
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, () => void> = {
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      '0': () => setCamera(FITTED),
      ArrowLeft: () => pan(STEP, 0),
      ArrowRight: () => pan(-STEP, 0),
      ArrowUp: () => pan(0, STEP),
      ArrowDown: () => pan(0, -STEP),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(moves, event.key)) return;
    moves[event.key]();
    event.preventDefault();
  };
  return (
    <figure className={styles.viewer} data-ready={size !== undefined}>
      <div className={styles.bar}>
        <button
          type="button"
          className={styles.control}
          title="Smaller (−)"
          aria-label="Smaller"
          onClick={() => zoom(0.8)}
        >
          −
        </button>
        <button
          type="button"
          className={styles.control}
          title="Larger (+)"
          aria-label="Larger"
          onClick={() => zoom(1.25)}
        >
          +
        </button>
        <button type="button" className={styles.control} title="Fit (0)" onClick={() => setCamera(FITTED)}>
          Fit
        </button>
        <button
          type="button"
          className={styles.control}
          title="One pixel of the picture on one of the screen"
          disabled={frame === undefined}
          onClick={() => frame !== undefined && zoom(1 / (frame.scaleX * (globalThis.devicePixelRatio || 1)))}
        >
          1 : 1
        </button>
        {boxes.length > 0 && (
          <button
            type="button"
            className={styles.control}
            aria-pressed={boxed}
            onClick={() => setBoxed(!boxed)}
          >
            Boxes
          </button>
        )}
        {size !== undefined && frame !== undefined && (
          <span className={styles.size}>
            {size.width} × {size.height} pixels, {Math.round(100 * frame.scaleX)} %
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a region that takes keys, as a scrollable one does */}
      <div
        ref={stage}
        className={styles.stage}
        role="group"
        aria-label={`${label}: arrows move it, plus and minus zoom`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys act while it has focus
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          if (fingers.current.size < 2) fingers.current.set(event.pointerId, [event.clientX, event.clientY]);
        }}
        onPointerMove={(event) =>
          drag(event.pointerId, [event.clientX, event.clientY], event.currentTarget.getBoundingClientRect())
        }
        onPointerUp={(event) => fingers.current.delete(event.pointerId)}
        onPointerCancel={(event) => fingers.current.delete(event.pointerId)}
      >
        {broken ? (
          <p className={styles.broken}>This picture cannot be shown: it may have been purged.</p>
        ) : (
          <img
            src={src}
            alt={label}
            draggable={false}
            className={styles.picture}
            onError={() => setBroken(true)}
            onLoad={({ currentTarget }) =>
              setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
            }
            style={
              frame === undefined || size === undefined
                ? { visibility: 'hidden' }
                : {
                    left: frame.left,
                    top: frame.top,
                    width: size.width * frame.scaleX,
                    height: size.height * frame.scaleY,
                    imageRendering: frame.scaleX > 3 ? 'pixelated' : 'auto',
                  }
            }
          />
        )}
        {frame !== undefined && boxed && <PictureBoxes boxes={boxes} frame={frame} screen={screen} />}
      </div>
      {boxes.length > 0 && (
        <ul className="visually-hidden">
          {boxes.map(({ box, label: name, by = 'gold' }) => (
            <li key={`${by} ${box.join(' ')} ${name}`}>
              {by === 'gold' ? 'Annotated' : by === 'reader' ? 'Reader’s' : 'Your'} box {plain(name)}: left{' '}
              {box[0]}, top {box[1]}, right {box[2]}, bottom {box[3]}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
