// One of several, from a list that opens. For two to five choices, radio buttons say more.
import { Select as Base } from '@base-ui/react/select';
import type { ReactNode } from 'react';
import styles from './select.module.css';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Smaller, below the label. */
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
}

export interface SelectProps<Value extends string> {
  readonly options: readonly SelectOption<Value>[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
  /** Shown while nothing is chosen. */
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** Of the button, as `Field` gives it. */
  readonly id?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-describedby'?: string;
  /** Default: as wide as what it stands in. */
  readonly className?: string;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { options, value, onChange, placeholder = 'Choose…', disabled = false, id, className } = props;
  return (
    <Base.Root
      items={options}
      value={value ?? null}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <Base.Trigger
        className={[styles.trigger, className].filter(Boolean).join(' ')}
        {...(id === undefined ? {} : { id })}
        aria-label={props['aria-label']}
        aria-describedby={props['aria-describedby']}
      >
        <Base.Value className={styles.value} placeholder={placeholder} />
        <Base.Icon className={styles.icon} aria-hidden="true">
          <Chevron />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className={styles.popup}>
            <Base.List className={styles.list}>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  disabled={option.disabled ?? false}
                  className={styles.item}
                >
                  <Base.ItemIndicator className={styles.mark} aria-hidden="true">
                    ✓
                  </Base.ItemIndicator>
                  <Base.ItemText className={styles.text}>{option.label}</Base.ItemText>
                  {option.hint !== undefined && <span className={styles.hint}>{option.hint}</span>}
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

const Chevron = () => (
  <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <path d="M2 4.5 6 8.5 10 4.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
  </svg>
);
