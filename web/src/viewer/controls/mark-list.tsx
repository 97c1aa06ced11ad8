// The marks of the scan and the visitor's own: where each of them lies, and the way there.
import { memo } from 'react';
import { homeOf, strengthOn } from '../engine/marks.ts';
import { ownSentence } from '../engine/own-marks.ts';
import type { DrawnMark, DrawnSlice, OwnedMark, Settings } from '../engine/state.ts';
import type { Viewer } from '../engine/viewer.ts';
import styles from '../viewer.module.css';

const OWNER_WORDS = { gold: 'annotation', reader: 'reader', visitor: 'you' } as const;
const KIND_WORDS = { ruler: 'Ruler', box: 'Box', point: 'Point' } as const;

export const MarkList = memo(
  function MarkList(props: {
    readonly viewer: Viewer;
    readonly settings: Settings;
    readonly rested: DrawnSlice | undefined;
  }) {
    const { viewer, settings, rested } = props;
    const { marks, drawn } = settings;
    if (marks.length + drawn.length === 0) return null;
    return (
      <section className={styles.section} aria-label="Marks">
        <div className={styles.sectionHead}>
          <h3>Marks</h3>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={settings.marksOn}
              onChange={(event) => viewer.change({ marksOn: event.currentTarget.checked })}
            />
            Shown
          </label>
          {drawn.length > 0 && (
            <button type="button" className={styles.small} onClick={() => viewer.change({ drawn: [] })}>
              Delete mine
            </button>
          )}
        </div>
        <ul className={styles.marks}>
          {marks.map((mark, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: marks have no identity but their place
            <MarkRow key={at} mark={mark} viewer={viewer} settings={settings} rested={rested} />
          ))}
          {drawn.map((mark) => (
            <OwnRow key={mark.id} mark={mark} viewer={viewer} settings={settings} />
          ))}
        </ul>
      </section>
    );
  },
  (before, after) =>
    before.viewer === after.viewer &&
    before.rested === after.rested &&
    before.settings.marks === after.settings.marks &&
    before.settings.drawn === after.settings.drawn &&
    before.settings.marksOn === after.settings.marksOn &&
    before.settings.plane === after.settings.plane,
);

function MarkRow(props: {
  readonly mark: OwnedMark;
  readonly viewer: Viewer;
  readonly settings: Settings;
  readonly rested: DrawnSlice | undefined;
}) {
  const { mark, viewer, settings, rested } = props;
  const by = mark.by ?? 'gold';
  const { facts } = viewer.scan;
  const { plane, index, middle } = homeOf(mark, facts, settings.plane);
  const here = rested !== undefined && strengthOn(mark, facts.planes[rested.plane], rested.index) === 1;
  return (
    <li className={styles[by]}>
      <span>
        {KIND_WORDS[mark.kind]} <bdi>{mark.label}</bdi>{' '}
        <span className={styles.faint}>({OWNER_WORDS[by]})</span>
      </span>
      {here ? (
        <span className={styles.faint}>on this slice</span>
      ) : (
        <button
          type="button"
          className={styles.small}
          onClick={() => {
            viewer.change({ plane });
            viewer.goTo(middle);
          }}
        >
          → {plane} {index}
        </button>
      )}
    </li>
  );
}

function OwnRow(props: { readonly mark: DrawnMark; readonly viewer: Viewer; readonly settings: Settings }) {
  const { mark, viewer, settings } = props;
  const sentence = ownSentence(mark, viewer.scan.facts.units);
  return (
    <li className={styles.visitor}>
      <span>{sentence}</span>
      <span className={styles.rowActions}>
        <button
          type="button"
          className={styles.small}
          aria-label={`Go to ${sentence}`}
          onClick={() => {
            viewer.change({ plane: mark.plane });
            viewer.standAt(mark.plane, mark.index);
          }}
        >
          Go
        </button>
        <button
          type="button"
          className={styles.small}
          aria-label={`Delete ${sentence}`}
          onClick={() => viewer.change({ drawn: settings.drawn.filter(({ id }) => id !== mark.id) })}
        >
          Delete
        </button>
      </span>
    </li>
  );
}
