// Where the marks are, while one stands on a slice without any of them.
import { homeOf, strengthOn } from '../engine/marks.ts';
import type { DrawnSlice, Settings } from '../engine/state.ts';
import type { Viewer } from '../engine/viewer.ts';
import styles from '../viewer.module.css';

const MOST = 2;

export function MarkHints(props: {
  readonly viewer: Viewer;
  readonly settings: Settings;
  readonly rested: DrawnSlice | undefined;
}) {
  const { viewer, settings, rested } = props;
  const { facts } = viewer.scan;
  if (rested === undefined || !settings.marksOn || settings.layout === 'three') return null;
  const { plane, index } = rested;
  if (settings.marks.some((mark) => strengthOn(mark, facts.planes[plane], index) === 1)) return null;
  return (
    <div className={styles.hints}>
      {settings.marks.slice(0, MOST).map((mark, at) => {
        const home = homeOf(mark, facts, settings.plane);
        const side = home.plane !== plane ? '→' : home.index > index ? '↓' : '↑';
        return (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: marks have no identity but their place
            key={at}
            type="button"
            className={styles.control}
            onClick={() => {
              viewer.change({ plane: home.plane });
              viewer.goTo(home.middle);
            }}
          >
            {side} <bdi>{mark.label === '' ? mark.kind : mark.label}</bdi> on {home.plane} slice {home.index}
          </button>
        );
      })}
    </div>
  );
}
