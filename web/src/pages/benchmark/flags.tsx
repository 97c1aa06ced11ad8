// What people flagged in this benchmark, and its export.
import { type FlagRow, flagList } from '@shapes/flags.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { addressOf, get } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button, ButtonLink } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { Section } from '../../parts/page-head.tsx';
import { FLAG_WORDS, useWithdraw } from '../../parts/question-flags.tsx';
import table from '../../parts/table.module.css';
import { count, plain, when, words } from '../../parts/words.ts';

/** Rows that are drawn; the export has all. */
const MOST = 200;

export function Flags({ benchmark }: { readonly benchmark: string }) {
  const path = `/api/benchmarks/${benchmark}/flags`;
  const found = useQuery({
    queryKey: ['benchmarks', benchmark, 'flags'],
    queryFn: ({ signal }) => get(path, flagList, {}, signal),
  });
  if (found.isPending) return <Loading what="Reading the flags" />;
  if (found.isError) return <Problem error={found.error} title="The flags cannot be shown" />;
  const { flags } = found.data;
  if (flags.length === 0)
    return (
      <Empty title="Nothing is flagged">
        Open a question and press <kbd>f</kbd>, or use “Flag this question”, when its key is wrong or it
        cannot be answered.{' '}
        <Link to="/benchmarks/$benchmark" params={{ benchmark }}>
          Look through the questions
        </Link>
      </Empty>
    );
  return (
    <Section
      title={`${count(flags.length)} ${flags.length === 1 ? 'flag' : 'flags'}`}
      lead={
        flags.length > MOST
          ? `The newest ${MOST} are shown; the files hold all.`
          : 'Kept beside the store; the benchmark and its content hash stay as they are.'
      }
      actions={
        <>
          <ButtonLink href={addressOf(`${path}?as=jsonl`)} download>
            Export JSONL
          </ButtonLink>
          <ButtonLink href={addressOf(`${path}?as=csv`)} download>
            Export CSV
          </ButtonLink>
        </>
      }
    >
      <div className={table.frame}>
        <table aria-label="Flagged questions" className={table.table}>
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col">Gold answer</th>
              <th scope="col">What is wrong</th>
              <th scope="col">Reason</th>
              <th scope="col">By, at</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {flags.slice(0, MOST).map((flag) => (
              <Row key={flag.id} flag={flag} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Row({ flag }: { readonly flag: FlagRow }) {
  const withdraw = useWithdraw(flag);
  return (
    <tr>
      <td style={{ minWidth: '14rem' }}>
        <Link
          to="/benchmarks/$benchmark"
          params={{ benchmark: flag.benchmark }}
          search={{ question: flag.questionId }}
        >
          <bdi>{plain(flag.text ?? flag.questionId)}</bdi>
        </Link>
        <br />
        {flag.type !== undefined && words(flag.type)}
      </td>
      <td>
        <bdi>{plain(flag.gold ?? '')}</bdi>
      </td>
      <td>
        <span title={FLAG_WORDS[flag.kind]}>
          <Badge tone="warn">{words(flag.kind)}</Badge>
        </span>
      </td>
      <td style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', minWidth: '14rem' }}>
        <bdi>{plain(flag.reason)}</bdi>
      </td>
      <td>
        {plain(flag.by)}, {when(flag.at)}
      </td>
      <td>
        <Button
          look="quiet"
          style={{ whiteSpace: 'nowrap' }}
          disabled={withdraw.isPending}
          onClick={() => withdraw.mutate()}
          aria-label={`Take back the flag “${flag.reason.slice(0, 60)}”`}
        >
          Take back
        </Button>
      </td>
    </tr>
  );
}
