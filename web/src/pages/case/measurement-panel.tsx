// The measurements of a case by structure: pressing one brings the viewer to where it was taken.
import type { CaseMeasurements, ShownMeasurement } from '@shapes/measurements.ts';
import { useMemo, useState } from 'react';
import { plain, words } from '../../parts/words.ts';
import styles from './case.module.css';
import { type MeasuredGroup, measuredGroups } from './groups.ts';

export function MeasurementPanel(props: {
  readonly measured: CaseMeasurements;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}) {
  const { measured, chosen, onChoose } = props;
  const [wanted, setWanted] = useState('');
  const groups = useMemo(() => measuredGroups(measured), [measured]);
  const text = wanted.trim().toLowerCase();
  const rows = groups.filter(({ name }) => name.toLowerCase().includes(text));
  return (
    <section className={styles.panel} aria-label="Measurements">
      <header className={styles.panelHead}>
        <h2>Measurements</h2>
        <p>
          By the {measured.rules === 'strict' ? 'strict' : 'RadGPT'} rules. Press one to stand where it was
          taken.
          {!measured.hasImage && ' There is no image: nothing is said of HU.'}
        </p>
        <input
          type="search"
          className={styles.search}
          aria-label="Find a structure"
          placeholder="Find a structure"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </header>
      {measured.notes.length > 0 && (
        <ul className={styles.notes}>
          {measured.notes.map((note) => (
            <li key={note}>{plain(note)}</li>
          ))}
        </ul>
      )}
      {rows.map((group) => (
        <Group
          key={group.id}
          group={group}
          open={group.lesion || text !== '' || holds(group, chosen)}
          chosen={chosen}
          onChoose={onChoose}
        />
      ))}
      {rows.length === 0 && <p className={styles.none}>Nothing measured is called so.</p>}
    </section>
  );
}

const holds = ({ id, measurements }: MeasuredGroup, chosen: string | undefined): boolean =>
  chosen !== undefined && (id === chosen || measurements.some((each) => each.id === chosen));

function Group(props: {
  readonly group: MeasuredGroup;
  readonly open: boolean;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}) {
  const { group, open, chosen, onChoose } = props;
  const { instance } = group;
  return (
    <details className={styles.group} open={open}>
      <summary>
        <span className={styles.chevron} aria-hidden="true">
          ▸
        </span>
        <bdi>{plain(group.name)}</bdi>
        <span className={styles.total}>{group.volume}</span>
      </summary>
      {instance !== undefined && (
        <div className={styles.instance}>
          {instance.focus !== null && (
            <button
              type="button"
              className={styles.go}
              aria-pressed={instance.id === chosen}
              onClick={() => onChoose(instance.id)}
            >
              Go to its middle
            </button>
          )}
          {instance.location.length > 0 && (
            <p>
              In{' '}
              {instance.location
                .slice(0, 3)
                .map(({ name, fraction }) => `${plain(name)} ${(100 * fraction).toFixed(0)} %`)
                .join(', ')}
            </p>
          )}
          {instance.adjacent.length > 0 && (
            <p>
              Touches{' '}
              {instance.adjacent
                .slice(0, 4)
                .map(({ name, areaMm2 }) => `${plain(name)} ${areaMm2.toFixed(0)} mm²`)
                .join(', ')}
            </p>
          )}
        </div>
      )}
      <ul className={styles.list}>
        {group.measurements.map((each) => (
          <Row key={each.id} measurement={each} chosen={each.id === chosen} onChoose={onChoose} />
        ))}
      </ul>
    </details>
  );
}

function Row(props: {
  readonly measurement: ShownMeasurement;
  readonly chosen: boolean;
  readonly onChoose: (id: string) => void;
}) {
  const { measurement, chosen, onChoose } = props;
  const { id, quantity, value, shownUnit, flags, method, focus } = measurement;
  const what = `${words(quantity)}${measurement.with === undefined ? '' : ` with ${words(measurement.with)}`}`;
  const content = (
    <>
      <span className={styles.what}>{plain(what).replaceAll(/\bhu\b/g, 'HU')}</span>
      <span className={styles.value}>{valueWords(value, shownUnit)}</span>
      {flags.length > 0 && <span className={styles.flags}>{flags.map(words).map(plain).join(', ')}</span>}
    </>
  );
  return (
    <li>
      {focus === null ? (
        <span className={styles.row} title={method}>
          {content}
        </span>
      ) : (
        <button
          type="button"
          className={styles.row}
          title={method}
          aria-pressed={chosen}
          onClick={() => onChoose(id)}
        >
          {content}
        </button>
      )}
    </li>
  );
}

function valueWords(value: ShownMeasurement['value'], unit: string): string {
  if (value === null) return 'undefined';
  if (typeof value === 'string') return plain(words(value));
  const digits = Math.abs(value) >= 1000 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits).replace('-', '−')}${unit === '' ? '' : ` ${unit}`}`;
}
