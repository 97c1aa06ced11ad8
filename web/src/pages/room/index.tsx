// The reading room of its owner: studies, people, and how a study begins.
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { classOf } from '../../parts/button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { NewStudy } from './new-study.tsx';
import { People } from './people.tsx';
import { Studies } from './studies.tsx';

export default function Page(): ReactNode {
  const search = useSearch({ strict: false });
  if (search.new !== undefined) return <NewStudy />;
  return (
    <>
      <PageHead
        title="Reading room"
        facts="People read the same questions as models do, blind, and stand in the same reports."
        actions={
          <Link to="/room" search={{ new: 'study' }} className={classOf('primary')}>
            New study
          </Link>
        }
      />
      <Studies />
      <People />
    </>
  );
}
