// The slider through slices, the number of the one that is drawn, and what lies under the pointer.
import type { PlaneName } from '@shapes/scan.ts';
import { type Ref, type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import type { Viewer } from '../engine/viewer.ts';
import styles from '../viewer.module.css';

export interface SliceBarHandle {
  /** Written straight into the elements: at thirty slices a second nothing is rendered anew. */
  show(standing: number, drawn: number): void;
}

export function SliceBar({
  viewer,
  plane,
  readout,
  ref,
}: {
  readonly viewer: Viewer;
  readonly plane: PlaneName;
  readonly readout: RefObject<HTMLOutputElement | null>;
  readonly ref: Ref<SliceBarHandle>;
}) {
  const slider = useRef<HTMLInputElement>(null);
  const number = useRef<HTMLInputElement>(null);
  const word = useRef<HTMLSpanElement>(null);
  const last = viewer.scan.facts.planes[plane].count - 1;
  const show = (standing: number, drawn: number) => {
    if (slider.current !== null) slider.current.value = String(standing);
    if (number.current !== null && document.activeElement !== number.current)
      number.current.value = String(drawn);
    if (word.current !== null)
      word.current.textContent = standing === drawn ? `of 0–${last}` : `of 0–${last}, loading ${standing}…`;
  };
  useImperativeHandle(ref, () => ({ show }));
  useEffect(() => {
    const at = viewer.index(plane);
    if (slider.current !== null) slider.current.value = String(at);
    if (number.current !== null) number.current.value = String(at);
  }, [viewer, plane]);
  return (
    <div className={styles.bar}>
      <input
        ref={slider}
        type="range"
        className={styles.slider}
        aria-label={`${plane} slice`}
        min={0}
        max={last}
        step={1}
        defaultValue={viewer.index(plane)}
        onInput={(event) => viewer.standAt(plane, Number(event.currentTarget.value))}
      />
      <label className={styles.number}>
        Slice
        <input
          ref={number}
          type="number"
          min={0}
          max={last}
          defaultValue={viewer.index(plane)}
          onInput={(event) => {
            const { valueAsNumber } = event.currentTarget;
            if (Number.isInteger(valueAsNumber)) viewer.standAt(plane, valueAsNumber);
          }}
          // Typed in: the viewer's keys are the viewer's again.
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
        <span ref={word}>of 0–{last}</span>
      </label>
      <output ref={readout} className={styles.readout} aria-live="off" />
    </div>
  );
}
