// What stands where an address leads to no page.
import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/notes.tsx';
import { PageHead } from '../parts/page-head.tsx';

export const NoPage = () => (
  <>
    <PageHead title="No such page" />
    <Empty title="This address leads nowhere">
      <p>
        It may be mistyped or cut off. Go on from <Link to="/">the first page</Link>, or choose one beside.
      </p>
    </Empty>
  </>
);
