// A table's download; nothing on a page that was opened from disk.
import { addressOf, isStatic } from '../api/client.ts';
import { ButtonLink } from './button.tsx';

export function CsvLink({ href, of }: { readonly href: string; readonly of: string }) {
  if (isStatic()) return null;
  return (
    <ButtonLink look="quiet" href={addressOf(href)} download aria-label={`${of} as CSV`}>
      CSV
    </ButtonLink>
  );
}
