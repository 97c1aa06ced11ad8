// One study for its owner: how far everybody is, and what came of it.
import { type Study, study as studyShape } from '@shapes/room.ts';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { addressOf, send } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button, ButtonLink } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { number, plain, when } from '../../parts/words.ts';
import { useStudy } from '../room/data.ts';
import { Adjudication } from './adjudication.tsx';
import { Plan } from './plan.tsx';
import { Progress } from './progress.tsx';
import { Results } from './results.tsx';

export default function Page(): ReactNode {
  const { study: id = '' } = useParams({ strict: false });
  const study = useStudy(id);
  if (study.isPending) return <Loading what="Opening the study" />;
  if (study.isError)
    return (
      <>
        <PageHead title="Study" trail={<Link to="/room">Reading room</Link>} />
        <Problem error={study.error} title="This study cannot be opened" />
      </>
    );
  return <StudyPage study={study.data} />;
}

function StudyPage({ study }: { readonly study: Study }) {
  const { id, plan, status, counts, benchmark, createdAt } = study;
  const cache = useQueryClient();
  const [asking, setAsking] = useState(false);
  const path = `/api/room/studies/${encodeURIComponent(id)}`;
  const turn = status === 'open' ? 'close' : 'reopen';
  const answered = study.progress.some((row) => row.answered > 0);
  return (
    <>
      <PageHead
        title={plain(plan.title)}
        trail={<Link to="/room">Reading room</Link>}
        facts={
          <>
            <Badge tone={status === 'open' ? 'good' : 'neutral'}>{status}</Badge>{' '}
            {number(counts.questions, 'question')} about {number(counts.cases, 'case')} of{' '}
            {number(counts.patients, 'patient')} of{' '}
            <Link to="/benchmarks/$benchmark" params={{ benchmark: benchmark.id }}>
              {plain(benchmark.name)}
            </Link>
            , since {when(createdAt)}
          </>
        }
        actions={
          <>
            {answered && (
              <ButtonLink href={addressOf(`${path}/readings.csv`)} download>
                Answers as CSV
              </ButtonLink>
            )}
            <Button onClick={() => setAsking(true)}>
              {status === 'open' ? 'Close the study' : 'Open it again'}
            </Button>
          </>
        }
      />
      <Progress study={study} />
      {study.adjudication !== null && <Adjudication study={study} adjudication={study.adjudication} />}
      <Results study={study} />
      <Plan study={study} />
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={status === 'open' ? 'Close this study?' : 'Open this study again?'}
        action={status === 'open' ? 'Close' : 'Open again'}
        look="primary"
        onConfirm={async () => {
          await send('POST', `${path}/${turn}`, studyShape);
          await cache.invalidateQueries({ queryKey: ['room'] });
        }}
      >
        {status === 'open'
          ? 'It takes no answers and no decisions from then on. What was answered stays; you can open it again.'
          : 'People can go on where they were.'}
      </Confirm>
    </>
  );
}
