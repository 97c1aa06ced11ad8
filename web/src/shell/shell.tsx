// What stands around every page: navigation, who is here, light and dark, and where the page itself goes.
import { Link, Navigate, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isStatic } from '../api/client.ts';
import { followEvents } from '../api/queries.ts';
import { Loading, Problem } from '../parts/notes.tsx';
import { Fault } from './fault.tsx';
import styles from './shell.module.css';
import { ThemeSwitch } from './theme.tsx';
import { useVisitor } from './visitor.ts';

const OWNER_LINKS = [
  { to: '/', label: 'Runs', exact: true },
  { to: '/compare', label: 'Compare' },
  { to: '/benchmarks', label: 'Benchmarks' },
  { to: '/new', label: 'New benchmark' },
  { to: '/room', label: 'Reading room' },
  { to: '/methods', label: 'Methods' },
  { to: '/api', label: 'API' },
] as const;
const READER_LINKS = [{ to: '/reading', label: 'My worklists' }] as const;
const STATIC_LINKS = [
  { to: '/', label: 'Runs', exact: true },
  { to: '/compare', label: 'Compare' },
] as const;

export function Shell() {
  const visitor = useVisitor();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // The page that stands below, which on the way to another is still the one before.
  const drawn = useRouterState({ select: (state) => state.matches.at(-1)?.fullPath });
  // A screen reader is told of the new page; the first one is read anyway.
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new path is the occasion
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);
  const role = visitor.data?.role;
  // What changes in the workbench is the owner's to know.
  useEffect(() => (role === 'owner' ? followEvents() : undefined), [role]);
  const blind = role === 'reader' || role === 'reviewer';
  const links = isStatic() ? STATIC_LINKS : role === 'owner' ? OWNER_LINKS : READER_LINKS;
  return (
    <div className={styles.shell}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header className={styles.side}>
        <Link
          to={blind ? '/reading' : '/'}
          className={styles.brand}
          aria-label={blind ? 'Overread, my worklists' : 'Overread, runs'}
        >
          <svg viewBox="0 0 32 32" aria-hidden="true" className={styles.mark}>
            <circle cx="12" cy="16" r="8" />
            <circle cx="20" cy="16" r="8" />
          </svg>
          Overread
        </Link>
        <nav aria-label="Pages" className={styles.nav}>
          {visitor.isSuccess &&
            links.map((link) => (
              <Link
                key={link.to}
                to={link.to}
                className={styles.link}
                activeProps={{ className: styles.here, 'aria-current': 'page' }}
                activeOptions={{ exact: 'exact' in link, includeSearch: false }}
              >
                {link.label}
              </Link>
            ))}
        </nav>
        <footer className={styles.foot}>
          {visitor.data !== undefined && (
            <p className={styles.who}>
              {visitor.data.name}
              <span>{visitor.data.store}</span>
            </p>
          )}
          <ThemeSwitch />
        </footer>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        {visitor.isError ? (
          <Problem error={visitor.error} title="You are not let in" />
        ) : drawn === '/' && role !== 'owner' && !isStatic() ? (
          // Whoever reads blind is sent on from here, and must not ask for what is the owner's.
          <>
            <Loading />
            {blind && path === '/' && <Navigate to="/reading" replace />}
          </>
        ) : (
          <Fault key={path}>
            <Outlet />
          </Fault>
        )}
      </main>
    </div>
  );
}
