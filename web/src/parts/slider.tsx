// A number on a scale; may be unset until somebody touches it, so that a middle is never taken for an answer.
import { Slider as Base } from '@base-ui/react/slider';
import type { ReactNode, Ref } from 'react';
import styles from './slider.module.css';

export interface SliderProps {
  readonly label: string;
  /** undefined: not given yet. The thumb then stands hollow in the middle. */
  readonly value: number | undefined;
  readonly onChange: (value: number) => void;
  /** Default 0. */
  readonly min?: number;
  /** Default 100. */
  readonly max?: number;
  /** Default 1. */
  readonly step?: number;
  /** The value in words: "70 %". Default the number itself. */
  readonly words?: (value: number) => string;
  /** What stands at the ends of the scale. */
  readonly ends?: readonly [low: ReactNode, high: ReactNode];
  /** What is said while nothing is given. Default "not given yet". */
  readonly unset?: string;
  readonly disabled?: boolean;
  /** The control that keys move. */
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function Slider(props: SliderProps) {
  const { label, value, onChange, min = 0, max = 100, step = 1, ends, disabled = false, inputRef } = props;
  const { words = String, unset = 'not given yet' } = props;
  const middle = min + Math.round((max - min) / 2 / step) * step;
  const shown = value ?? middle;
  const said = value === undefined ? unset : words(value);
  return (
    <Base.Root
      className={styles.root}
      value={shown}
      min={min}
      max={max}
      step={step}
      largeStep={Math.max(step, (max - min) / 10)}
      disabled={disabled}
      data-unset={value === undefined ? '' : undefined}
      onValueChange={(next) => onChange(next)}
    >
      <div className={styles.head}>
        <Base.Label className={styles.label}>{label}</Base.Label>
        <span className={styles.value} aria-hidden="true">
          {said}
        </span>
      </div>
      <Base.Control
        className={styles.control}
        onPointerUp={() => {
          // A press on the middle changes no number, and is an answer all the same.
          if (value === undefined && !disabled) onChange(shown);
        }}
      >
        <Base.Track className={styles.track}>
          <Base.Indicator className={styles.indicator} />
          <Base.Thumb
            className={styles.thumb}
            getAriaValueText={() => said}
            {...(inputRef === undefined ? {} : { inputRef })}
            onKeyDown={(event) => {
              if (event.key !== ' ' || value !== undefined) return;
              event.preventDefault();
              onChange(shown);
            }}
          />
        </Base.Track>
      </Base.Control>
      {ends !== undefined && (
        <div className={styles.ends} aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </div>
      )}
    </Base.Root>
  );
}
