// A paper by its title, with the way to it; and links that leave this machine.
import type { PaperShape } from '@shapes/benchmarks.ts';

export function PaperLink({ paper }: { readonly paper: PaperShape }) {
  const { title, arxiv, url, year } = paper;
  const to = arxiv === undefined ? url : `https://arxiv.org/abs/${arxiv}`;
  return (
    <>
      {title}
      {year !== undefined && ` (${year})`}
      {to !== undefined && (
        <>
          {' '}
          <OutsideLink to={to} says={arxiv === undefined ? undefined : `arXiv ${arxiv}`} />
        </>
      )}
    </>
  );
}

/** Only to addresses of the web, and without telling from where. */
export function OutsideLink({ to, says }: { readonly to: string; readonly says?: string | undefined }) {
  if (!/^https?:\/\//.test(to)) return <>{says ?? to}</>;
  return (
    <a href={to} rel="noreferrer noopener" target="_blank">
      {says ?? to}
    </a>
  );
}
