// Flags of one question, and the form that sets one: wherever a question is shown.
import { type Flag, type FlagKind, flag, flagKind, flagList } from '@shapes/flags.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import * as z from 'zod';
import { get, isStatic, send } from '../api/client.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import styles from './question-flags.module.css';
import { Select } from './select.tsx';
import { plain, when } from './words.ts';

export const FLAG_WORDS: Readonly<Record<FlagKind, string>> = {
  'wrong-key': 'The key is wrong',
  ambiguous: 'It can be understood in two ways',
  unanswerable: 'It cannot be answered from what is shown',
  'bad-image': 'The picture or scan is bad',
  other: 'Something else',
};

const pathOf = (benchmark: string): string => `/api/benchmarks/${benchmark}/flags`;

/** Shows and sets flags; asks the server itself. `open` and `onOpen` let a page open the form by a key. */
export function QuestionFlags(props: {
  readonly benchmark: string;
  readonly question: string;
  readonly open?: boolean;
  readonly onOpen?: (open: boolean) => void;
}) {
  const { benchmark, question } = props;
  const [own, setOwn] = useState(false);
  const open = props.open ?? own;
  const setOpen = props.onOpen ?? setOwn;
  const flags = useQuery({
    queryKey: ['benchmarks', benchmark, 'flags', question],
    queryFn: ({ signal }) => get(pathOf(benchmark), flagList, { question }, signal),
    enabled: !isStatic(),
  });
  if (isStatic()) return null;
  const set = flags.data?.flags ?? [];
  return (
    <div className={styles.form}>
      {set.length > 0 && (
        <ul className={styles.list}>
          {set.map((each) => (
            <FlagItem key={each.id} flag={each} />
          ))}
        </ul>
      )}
      {open ? (
        <FlagForm benchmark={benchmark} question={question} onDone={() => setOpen(false)} />
      ) : (
        <div>
          <Button onClick={() => setOpen(true)}>Flag this question</Button>
        </div>
      )}
    </div>
  );
}

export function FlagItem({ flag: each }: { readonly flag: Flag }) {
  const withdraw = useWithdraw(each);
  return (
    <li className={styles.flag}>
      <span>
        <Badge tone="warn">{FLAG_WORDS[each.kind]}</Badge>
      </span>
      <Button
        look="quiet"
        disabled={withdraw.isPending}
        onClick={() => withdraw.mutate()}
        aria-label={`Take back the flag “${each.reason.slice(0, 60)}”`}
      >
        Take back
      </Button>
      <bdi className={styles.reason}>{plain(each.reason)}</bdi>
      <span className={styles.meta}>
        {each.by}, {when(each.at)}
      </span>
    </li>
  );
}

export function useWithdraw({ benchmark, id }: Flag) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => send('DELETE', `${pathOf(benchmark)}/${encodeURIComponent(id)}`, z.undefined()),
    onSettled: () => client.invalidateQueries({ queryKey: ['benchmarks', benchmark] }),
  });
}

function FlagForm(props: {
  readonly benchmark: string;
  readonly question: string;
  readonly onDone: () => void;
}) {
  const { benchmark, question, onDone } = props;
  const [kind, setKind] = useState<FlagKind>('wrong-key');
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const sending = useMutation({
    mutationFn: () => send('POST', pathOf(benchmark), flag, { questionId: question, kind, reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['benchmarks', benchmark] });
      onDone();
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate();
      }}
    >
      <Field label="What is wrong">
        {({ className: _, ...control }) => (
          <Select
            {...control}
            options={flagKind.options.map((value) => ({ value, label: FLAG_WORDS[value] }))}
            value={kind}
            onChange={setKind}
          />
        )}
      </Field>
      <Field
        label="Reason"
        hint="Kept beside the store and exported with the question; the benchmark itself stays as it is."
        mistake={sending.isError ? sending.error.message : undefined}
      >
        {(control) => (
          <textarea
            {...control}
            className={`${control.className} ${styles.area}`}
            required
            minLength={3}
            maxLength={4000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            // biome-ignore lint/a11y/noAutofocus: the form was just asked for
            autoFocus
          />
        )}
      </Field>
      <div className={styles.actions}>
        <Button type="submit" look="primary" disabled={sending.isPending || reason.trim().length < 3}>
          Keep the flag
        </Button>
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
