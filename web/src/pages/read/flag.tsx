// Says that a question is wrong, with the reason: kept with the benchmark's other flags.

import { type FlagKind, flag, flagKind, newFlag } from '@shapes/flags.ts';
import type { ReadDetail } from '@shapes/read.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Problem } from '../../parts/notes.tsx';
import { words } from '../../parts/words.ts';
import styles from './flag.module.css';

export function FlagButton({ detail }: { readonly detail: ReadDetail }) {
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<FlagKind>('wrong-key');
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const { question, benchmark } = detail;
  const wanted = newFlag.safeParse({ questionId: question?.id ?? '', kind, reason });
  const saving = useMutation({
    mutationFn: () =>
      send('POST', `/api/benchmarks/${encodeURIComponent(benchmark.id)}/flags`, flag, wanted.data),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['benchmarks'] }),
  });
  if (question === null || !benchmark.available) return null;
  const close = () => {
    setOpen(false);
    saving.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted.success) saving.mutate();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Flag…</Button>
      <Dialog
        open={open}
        onClose={close}
        title="Flag this question"
        lead="For a question whose key, wording or picture is wrong. Flags are kept beside the store and exported with the benchmark’s list."
        dismissible={reason === '' || saving.isSuccess}
      >
        {saving.isSuccess ? (
          <div className={styles.form}>
            <output>The flag is kept. The benchmark’s page lists it.</output>
            <Button
              look="primary"
              onClick={() => {
                setReason('');
                close();
              }}
            >
              Done
            </Button>
          </div>
        ) : (
          <form className={styles.form} onSubmit={submit}>
            <Field label="What is wrong">
              {(control) => (
                <select
                  {...control}
                  value={kind}
                  onChange={(event) => setKind(flagKind.parse(event.target.value))}
                >
                  {flagKind.options.map((each) => (
                    <option key={each} value={each}>
                      {words(each)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label="Reason" hint="In a few words, without patient data.">
              {(control) => (
                <textarea
                  {...control}
                  rows={4}
                  maxLength={4000}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
            </Field>
            {saving.isError && <Problem error={saving.error} title="The flag was not kept" />}
            <Button look="primary" type="submit" disabled={!wanted.success || saving.isPending}>
              Flag it
            </Button>
          </form>
        )}
      </Dialog>
    </>
  );
}
