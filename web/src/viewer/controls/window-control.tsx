// The window: named ones, and level and width as numbers.
import type { DisplayWindowShape, ScanFacts } from '@shapes/scan.ts';
import type { Viewer } from '../engine/viewer.ts';
import styles from '../viewer.module.css';

export function WindowControl(props: {
  readonly viewer: Viewer;
  readonly window: DisplayWindowShape;
  readonly facts: ScanFacts;
}) {
  const { viewer, window, facts } = props;
  const at = facts.presets.findIndex(({ level, width }) => level === window.level && width === window.width);
  const step = facts.units === 'HU' ? 10 : window.width / 50;
  const set = (part: Partial<DisplayWindowShape>) => {
    const next = { ...window, ...part };
    if (Number.isFinite(next.level) && next.width > 0) viewer.change({ window: next });
  };
  return (
    <div className={styles.window}>
      <select
        className={styles.control}
        aria-label="Window preset"
        value={at < 0 ? '' : String(at)}
        onChange={(event) => {
          const preset = facts.presets[Number(event.currentTarget.value)];
          if (preset !== undefined) set({ level: preset.level, width: preset.width });
        }}
      >
        {at < 0 && <option value="">Own window</option>}
        {facts.presets.map(({ name }, order) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: presets have an order and do not change
          <option key={order} value={order}>
            {order < 9 ? `${order + 1} ${name}` : name}
          </option>
        ))}
      </select>
      <Figure
        name="Level"
        title="Window level"
        value={window.level}
        step={step}
        onValue={(level) => set({ level })}
      />
      <Figure
        name="Width"
        title="Window width"
        value={window.width}
        step={step}
        onValue={(width) => set({ width })}
      />
    </div>
  );
}

function Figure(props: {
  readonly name: string;
  readonly title: string;
  readonly value: number;
  readonly step: number;
  readonly onValue: (value: number) => void;
}) {
  const { name, title, value, step, onValue } = props;
  return (
    <label className={styles.figure} title={title}>
      {name}
      <input
        type="number"
        step={step}
        value={Number(value.toPrecision(6))}
        onChange={(event) => onValue(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
