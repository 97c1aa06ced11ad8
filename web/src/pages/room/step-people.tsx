// Fourth step: readers in the order in which they join, and a third who decides where two differ.

import type { PersonRow, PersonWithToken } from '@shapes/room.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { plain } from '../../parts/words.ts';
import { AddPerson } from './add-person.tsx';
import { usePeople } from './data.ts';
import styles from './new-study.module.css';
import type { StepProps } from './new-study.tsx';
import { PersonLink } from './person-link.tsx';
import { CheckChoice } from './radio-choice.tsx';
import room from './room.module.css';

export function PeopleStep({ form, change, mistakeOf }: StepProps) {
  const people = usePeople();
  const cache = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<PersonWithToken>();
  if (people.isPending) return <Loading what="Fetching people" />;
  if (people.isError) return <Problem error={people.error} />;
  const here = people.data.people.filter(({ withdrawn }) => !withdrawn);
  const toggle = (field: 'readers' | 'reviewers', id: string, on: boolean) =>
    change({ [field]: on ? [...form[field], id] : form[field].filter((one) => one !== id) });
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        <PersonBoxes
          legend="Readers"
          people={here}
          chosen={form.readers}
          taken={form.adjudicate ? form.reviewers : []}
          takenWord="reviews this study"
          empty="Nobody yet: add a person. People can also join later."
          numbered
          onToggle={(id, on) => toggle('readers', id, on)}
        />
        <p>
          <Button onClick={() => setAdding(true)}>Add a person</Button>
        </p>
      </div>
      <div className={styles.stack}>
        <fieldset className={room.choices}>
          <legend>Where two readers differ</legend>
          <CheckChoice
            label="A reviewer decides"
            hint="The answers that both gave, and those decided, make up a consensus that stands in reports like a reader."
            checked={form.adjudicate}
            onChange={(adjudicate) => change({ adjudicate })}
          />
        </fieldset>
        {form.adjudicate && form.readers.length !== 2 && (
          <p className={styles.note}>
            Adjudication is between two readers of an arm
            {form.readers.length === 0 ? '; nobody is chosen yet.' : `; ${form.readers.length} are chosen.`}
          </p>
        )}
        {form.adjudicate && (
          <>
            <PersonBoxes
              legend="Reviewers"
              people={here.filter(({ role }) => role === 'reviewer')}
              chosen={form.reviewers}
              taken={form.readers}
              takenWord="reads in this study"
              empty="Nobody has the role of a reviewer yet: add one. They can also join later."
              onToggle={(id, on) => toggle('reviewers', id, on)}
            />
            <div className={styles.columns}>
              <Field
                label="Numbers are the same within (%)"
                hint="Of the larger of the two."
                mistake={mistakeOf('relative')}
              >
                {(control) => (
                  <input
                    {...control}
                    inputMode="decimal"
                    value={form.relativeTolerance}
                    maxLength={8}
                    onChange={(event) => change({ relativeTolerance: event.target.value })}
                  />
                )}
              </Field>
              <Field label="or within" hint="In the question's unit." mistake={mistakeOf('absolute')}>
                {(control) => (
                  <input
                    {...control}
                    inputMode="decimal"
                    value={form.absoluteTolerance}
                    maxLength={12}
                    onChange={(event) => change({ absoluteTolerance: event.target.value })}
                  />
                )}
              </Field>
            </div>
            <CheckChoice
              label="Reviewers see the annotated masks"
              checked={form.masks}
              onChange={(masks) => change({ masks })}
            />
          </>
        )}
      </div>
      <AddPerson
        open={adding}
        onClose={() => setAdding(false)}
        onAdded={(added) => {
          setAdding(false);
          setLink(added);
          if (added.person.role === 'reader') change({ readers: [...form.readers, added.person.id] });
          else change({ adjudicate: true, reviewers: [...form.reviewers, added.person.id] });
          void cache.invalidateQueries({ queryKey: ['room', 'people'] });
        }}
      />
      <PersonLink added={link} onClose={() => setLink(undefined)} />
    </div>
  );
}

function PersonBoxes(props: {
  readonly legend: string;
  readonly people: readonly PersonRow[];
  readonly chosen: readonly string[];
  /** Chosen for the other side: nobody does both. */
  readonly taken: readonly string[];
  readonly takenWord: string;
  readonly empty: string;
  /** Says who joins first, second … */
  readonly numbered?: boolean;
  readonly onToggle: (id: string, on: boolean) => void;
}) {
  const { legend, people, chosen, taken, takenWord, empty, numbered = false, onToggle } = props;
  return (
    <fieldset className={room.choices}>
      <legend>{legend}</legend>
      {people.length === 0 && <p className={room.muted}>{empty}</p>}
      <div className={people.length > 10 ? styles.boxes : styles.few}>
        {people.map((person) => {
          const at = chosen.indexOf(person.id);
          const isTaken = taken.includes(person.id);
          return (
            <label key={person.id} className={room.choice}>
              <input
                type="checkbox"
                checked={at >= 0}
                disabled={isTaken}
                onChange={(event) => onToggle(person.id, event.target.checked)}
              />
              <span>
                <bdi>{plain(person.name)}</bdi>
                {isTaken ? (
                  <small>{takenWord}</small>
                ) : (
                  numbered && at >= 0 && <small>joins as number {at + 1}</small>
                )}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
