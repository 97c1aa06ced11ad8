// Fields of the start form: numbers, and the options of the readers that were chosen.
import type { ReaderEntry } from '@shapes/runs.ts';
import { Field } from '../../parts/field.tsx';
import styles from './start.module.css';
import { type Form, numberMistake } from './start-form.ts';

export function NumberField(props: {
  readonly label: string;
  readonly hint: string;
  readonly name: 'repeats' | 'limit' | 'maxCost';
  readonly form: Form;
  readonly set: (patch: Partial<Form>) => void;
}) {
  const { label, hint, name, form, set } = props;
  return (
    <Field label={label} hint={hint} mistake={numberMistake(form[name], name)}>
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode={name === 'maxCost' ? 'decimal' : 'numeric'}
          value={form[name]}
          onChange={({ target }) => set({ [name]: target.value })}
        />
      )}
    </Field>
  );
}

/** Options of the chosen readers, each once. */
export function Options(props: {
  readonly list: readonly ReaderEntry[];
  readonly form: Form;
  readonly set: (patch: Partial<Form>) => void;
}) {
  const { list, form, set } = props;
  const options = new Map(
    list
      .filter(({ id }) => form.readers.some((name) => name.split(/[@#]/)[0] === id))
      .flatMap((entry) => entry.options.filter(({ file }) => !file).map((option) => [option.name, option])),
  );
  if (options.size === 0) return null;
  return (
    <div className={styles.fields}>
      {[...options.values()].map((option) => (
        <Field key={option.name} label={option.name} hint={option.summary}>
          {(control) => (
            <input
              {...control}
              type="text"
              placeholder={option.default ?? ''}
              value={form.options[option.name] ?? ''}
              onChange={({ target }) => set({ options: { ...form.options, [option.name]: target.value } })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
