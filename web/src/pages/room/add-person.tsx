// A form for a new reader or reviewer.
import { newPerson, type PersonRole, type PersonWithToken, personWithToken } from '@shapes/room.ts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { send } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import styles from './room.module.css';

const ROLES: readonly { readonly role: PersonRole; readonly label: string; readonly about: string }[] = [
  { role: 'reader', label: 'Reader', about: 'Answers questions blind.' },
  { role: 'reviewer', label: 'Reviewer', about: 'Decides where two readers differ, without their names.' },
];

export function AddPerson(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onAdded: (added: PersonWithToken) => void;
}) {
  const { open, onClose, onAdded } = props;
  const form = useId();
  const [name, setName] = useState('');
  const [role, setRole] = useState<PersonRole>('reader');
  const [mistake, setMistake] = useState<string>();
  const adding = useMutation({
    mutationFn: () => send('POST', '/api/room/people', personWithToken, { name: name.trim(), role }),
    onSuccess: (added) => {
      setName('');
      setRole('reader');
      onAdded(added);
    },
    onError: (error) => setMistake(error.message),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = newPerson.safeParse({ name, role });
    if (given.success) return adding.mutate();
    setMistake(
      name.trim() === '' ? 'Give a name.' : `In a name, ${given.error.issues[0]?.message ?? 'use letters'}.`,
    );
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add a person"
      dismissible={name === ''}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" disabled={adding.isPending}>
            Add
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className={styles.form}>
        <Field
          label="Name"
          hint="Stands in reports as person/NAME. A pseudonym is as good as a name."
          mistake={mistake}
        >
          {(control) => (
            <input
              {...control}
              value={name}
              maxLength={60}
              autoComplete="off"
              aria-invalid={mistake !== undefined}
              onChange={(event) => {
                setName(event.target.value);
                setMistake(undefined);
              }}
            />
          )}
        </Field>
        <fieldset className={styles.choices}>
          <legend>Role</legend>
          {ROLES.map((one) => (
            <label key={one.role} className={styles.choice}>
              <input
                type="radio"
                name={`${form}-role`}
                checked={role === one.role}
                onChange={() => setRole(one.role)}
              />
              <span>
                {one.label}
                <small>{one.about}</small>
              </span>
            </label>
          ))}
        </fieldset>
      </form>
    </Dialog>
  );
}
