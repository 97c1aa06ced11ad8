// Goes on with a run that has a budget: the same one, or a larger where it is spent.
import type { RunRow } from '@shapes/runs.ts';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { dollars, plain } from '../../parts/words.ts';

export function ResumeDialog(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly run: RunRow;
  /** US dollars. */
  readonly before: number;
  readonly onResume: (maxCost: number) => void;
}) {
  const { open, onClose, run, before, onResume } = props;
  const [text, setText] = useState(String(before));
  const form = useId();
  const value = Number(text.trim());
  const isNumber = text.trim() !== '' && Number.isFinite(value) && value >= 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isNumber) return;
    onResume(value);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Resume ${plain(run.reader)}`}
      lead={run.problem === undefined ? undefined : plain(run.problem)}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" disabled={!isNumber}>
            Resume
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field
          label="Budget in US$"
          hint={`For all sessions of the run together; ${dollars(run.costUsd)} is spent`}
          mistake={isNumber ? undefined : 'Write a number of 0 or more.'}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="decimal"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
