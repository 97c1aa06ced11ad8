// Between the two ways of scoring: with everything unread as wrong, or word for word as the paper did.
import { useNavigate } from '@tanstack/react-router';
import type { ProtocolName } from './data.ts';
import styles from './run.module.css';

const WORDS: readonly { readonly value: ProtocolName; readonly label: string; readonly about: string }[] = [
  { value: 'strict', label: 'Strict', about: 'answers are read with care, and what gives none is wrong' },
  {
    value: 'published',
    label: 'Published',
    about: 'answers are read and scored as the paper’s own code does',
  },
];

export function ProtocolSwitch({ protocol }: { readonly protocol: ProtocolName }) {
  const navigate = useNavigate();
  return (
    <fieldset className={styles.switch}>
      <legend>Scoring</legend>
      {WORDS.map(({ value, label, about }) => (
        <label key={value} title={about}>
          <input
            type="radio"
            name="protocol"
            value={value}
            checked={protocol === value}
            onChange={() =>
              void navigate({
                to: '.',
                search: (before) => ({ ...before, protocol: value }),
                resetScroll: false,
              })
            }
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
