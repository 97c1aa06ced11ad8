// The canvas of one plane.
import type { PlaneName } from '@shapes/scan.ts';
import { useEffect, useRef } from 'react';
import { followPointers } from './engine/gestures.ts';
import type { Tool } from './engine/keys.ts';
import type { DrawnMark } from './engine/state.ts';
import type { Viewer } from './engine/viewer.ts';
import styles from './viewer.module.css';

export function PaneCanvas(props: {
  readonly plane: PlaneName;
  readonly viewer: Viewer;
  readonly active: boolean;
  readonly tool: Tool;
  readonly onHover: (plane: PlaneName, at: readonly [number, number] | undefined) => void;
  readonly onMark: (mark: DrawnMark) => void;
}) {
  const { plane, viewer, active, tool } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const told = useRef(props);
  told.current = props;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const detach = viewer.attach(plane, element);
    const stop = followPointers({
      viewer,
      plane,
      canvas: element,
      onHover: (at, pixel) => told.current.onHover(at, pixel),
      onMark: (mark) => told.current.onMark(mark),
    });
    return () => {
      stop();
      detach();
    };
  }, [viewer, plane]);
  return (
    <div className={active ? styles.paneActive : styles.pane} data-pane={plane}>
      <canvas
        ref={canvas}
        className={`${styles.canvas} ${styles[tool]}`}
        data-plane={plane}
        role="img"
        aria-label={`${plane} slice`}
        tabIndex={0}
      />
    </div>
  );
}
