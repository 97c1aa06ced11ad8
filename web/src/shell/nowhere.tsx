// What stands at an address that no page has.
import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/notes.tsx';
import { PageHead } from '../parts/page-head.tsx';

export function Nowhere() {
  return (
    <>
      <PageHead title="No such page" />
      <Empty title="Nothing stands at this address">
        <p>
          It may be cut off or mistyped. <Link to="/">Begin at the first page</Link>.
        </p>
      </Empty>
    </>
  );
}
