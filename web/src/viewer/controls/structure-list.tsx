// The structures of the annotation: which are drawn, in which colour, and where they are.
import { memo, useMemo, useState } from 'react';
import { cssColour } from '../engine/colours.ts';
import { valuesOn } from '../engine/paint.ts';
import type { DrawnSlice, Settings } from '../engine/state.ts';
import { middleOf, type ShownStructure } from '../engine/structures.ts';
import type { Viewer } from '../engine/viewer.ts';
import styles from '../viewer.module.css';

export const StructureList = memo(
  function StructureList(props: {
    readonly viewer: Viewer;
    readonly settings: Settings;
    /** What was drawn when the viewer came to rest: the order of the list does not jump while one scrolls. */
    readonly rested: DrawnSlice | undefined;
  }) {
    const { viewer, settings, rested } = props;
    const { structures, facts, reader } = viewer.scan;
    const [wanted, setWanted] = useState('');
    const here = useMemo(() => {
      const labels = rested && viewer.samples(rested.plane)?.labels;
      if (rested === undefined || labels === undefined) return new Set<string>();
      const values = valuesOn(labels, facts.layers, facts.planes[rested.plane].width);
      return new Set(structures.filter(({ layer, value }) => values[layer].has(value)).map(({ key }) => key));
    }, [viewer, rested, structures, facts]);
    const rows = structures
      .filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()))
      .toSorted((a, b) => rank(a, here) - rank(b, here) || a.name.localeCompare(b.name, 'en'));
    const show = (keys: Iterable<string>) => viewer.change({ shown: new Set(keys), masksOn: true });
    const toggle = (key: string) => {
      const next = new Set(settings.shown);
      if (!next.delete(key)) next.add(key);
      viewer.change({ shown: next });
    };
    return (
      <section className={styles.section} aria-label="Structures">
        <div className={styles.sectionHead}>
          <h3 className={styles.whole}>Structures</h3>
          <button
            type="button"
            className={styles.small}
            onClick={() => show(structures.map(({ key }) => key))}
          >
            All
          </button>
          <button
            type="button"
            className={styles.small}
            onClick={() => show(structures.filter(({ kind }) => kind === 'lesion').map(({ key }) => key))}
          >
            Lesions
          </button>
          <button type="button" className={styles.small} onClick={() => show([])}>
            None
          </button>
        </div>
        <div className={styles.paint}>
          <label>
            Opacity
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={settings.opacity}
              onChange={(event) => viewer.change({ opacity: event.currentTarget.valueAsNumber })}
            />
          </label>
          <label>
            <input
              type="checkbox"
              checked={settings.outline}
              onChange={(event) => viewer.change({ outline: event.currentTarget.checked })}
            />
            Outlines only
          </label>
        </div>
        {reader !== undefined && (
          <p className={styles.legend}>
            <span className={styles.filled} aria-hidden="true" /> annotated: filled
            <span className={styles.dashed} aria-hidden="true" /> reader’s: dashed outline
          </p>
        )}
        {structures.length > 12 && (
          <input
            type="search"
            className={styles.search}
            aria-label="Find a structure"
            placeholder="Find a structure"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        )}
        <ul className={styles.structures}>
          {rows.map((each) => (
            <StructureRow
              key={each.key}
              structure={each}
              here={here.has(each.key)}
              shown={settings.shown.has(each.key)}
              onToggle={() => toggle(each.key)}
              onOnly={() => show([each.key])}
              onGo={() => {
                const middle = middleOf(each);
                if (middle !== undefined) viewer.goTo(middle);
              }}
            />
          ))}
        </ul>
        {rows.length === 0 && <p className={styles.note}>No structure is called so.</p>}
      </section>
    );
  },
  (before, after) =>
    before.viewer === after.viewer &&
    before.rested === after.rested &&
    before.settings.shown === after.settings.shown &&
    before.settings.opacity === after.settings.opacity &&
    before.settings.outline === after.settings.outline,
);

/** Those on this slice first, then those with voxels; lesions before the rest. */
const rank = ({ key, kind, voxels }: ShownStructure, here: ReadonlySet<string>): number =>
  (here.has(key) ? 0 : voxels > 0 ? 2 : 4) + (kind === 'lesion' ? 0 : 1);

function StructureRow(props: {
  readonly structure: ShownStructure;
  readonly here: boolean;
  readonly shown: boolean;
  readonly onToggle: () => void;
  readonly onOnly: () => void;
  readonly onGo: () => void;
}) {
  const { structure, here, shown, onToggle, onOnly, onGo } = props;
  const { name } = structure;
  const empty = structure.voxels === 0;
  return (
    <li className={here ? styles.here : styles.elsewhere}>
      <label>
        <input type="checkbox" checked={shown && !empty} disabled={empty} onChange={onToggle} />
        <span
          className={styles.swatch}
          style={{ background: cssColour(structure.colour) }}
          aria-hidden="true"
        />
        <bdi>{name}</bdi>
        {here && <span className="visually-hidden"> (on this slice)</span>}
        {empty && <span className={styles.faint}> absent</span>}
      </label>
      {!empty && (
        <span className={styles.rowActions}>
          <button
            type="button"
            className={styles.small}
            onClick={onOnly}
            aria-label={`Only ${name}`}
            title="Only this"
          >
            ◉
          </button>
          <button
            type="button"
            className={styles.small}
            onClick={onGo}
            aria-label={`Go to ${name}`}
            title="Go to its middle"
          >
            →
          </button>
        </span>
      )}
    </li>
  );
}
