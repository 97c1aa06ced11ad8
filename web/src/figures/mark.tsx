// A mark of a figure that leads somewhere: a link for mouse, keyboard and screen reader alike.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import styles from './figure.module.css';

export type Search = Readonly<Record<string, string | undefined>>;

/** Where a mark leads: reads of a run, or a part of this same page, chosen by query parameters. */
export interface MarkTarget {
  /** Absent: this page. */
  readonly run?: string;
  readonly search: Search;
}

export interface MarkProps {
  readonly target: MarkTarget | undefined;
  /** What it shows and where it leads. */
  readonly label: string;
  readonly children: ReactNode;
}

/** Children of an SVG; without a target they are only drawn. */
export function Mark({ target, label, children }: MarkProps) {
  if (target === undefined)
    return (
      <g>
        <title>{label}</title>
        {children}
      </g>
    );
  const { run, search } = target;
  const shared = { search, resetScroll: false, className: styles.mark, preload: false as const };
  const drawn = (
    <>
      {/* Its name: an aria-label would have to repeat the texts drawn in it. */}
      <title>{`${label}: show these reads`}</title>
      {children}
    </>
  );
  return run === undefined ? (
    <Link to="." {...shared}>
      {drawn}
    </Link>
  ) : (
    <Link to="/runs/$run" params={{ run }} {...shared}>
      {drawn}
    </Link>
  );
}
