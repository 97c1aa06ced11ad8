// Every address of the page and what stands there. Pages are loaded when they are first opened.
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { NoPage } from './shell/no-page.tsx';
import { Nowhere } from './shell/nowhere.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NoPage });

/** Query parameters as plain text, so that addresses can be read, shared and typed. */
type Search = Readonly<Record<string, string | undefined>>;
const search = (given: Record<string, unknown>): Search =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );

const page = <const Path extends string>(
  path: Path,
  load: () => Promise<{ default: () => React.ReactNode }>,
) =>
  createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: search,
    component: lazyRouteComponent(load),
  });

export const routeTree = root.addChildren([
  page('/', () => import('./pages/runs/index.tsx')),
  page('/runs/$run', () => import('./pages/run/index.tsx')),
  page('/runs/$run/reads/$question', () => import('./pages/read/index.tsx')),
  page('/compare', () => import('./pages/compare/index.tsx')),
  page('/benchmarks', () => import('./pages/benchmarks/index.tsx')),
  page('/benchmarks/$benchmark', () => import('./pages/benchmark/index.tsx')),
  page('/benchmarks/$benchmark/cases/$case', () => import('./pages/case/index.tsx')),
  page('/new', () => import('./pages/new/index.tsx')),
  page('/room', () => import('./pages/room/index.tsx')),
  page('/room/$study', () => import('./pages/room-study/index.tsx')),
  page('/reading', () => import('./pages/reading/index.tsx')),
  page('/reading/$worklist', () => import('./pages/reading-item/index.tsx')),
  page('/adjudication/$study', () => import('./pages/adjudication/index.tsx')),
  page('/methods', () => import('./pages/methods/index.tsx')),
  page('/api', () => import('./pages/api/index.tsx')),
]);

export const router = createRouter({
  routeTree,
  // Plain text both ways: the router would quote what looks like a number.
  parseSearch: (written) => Object.fromEntries(new URLSearchParams(written)),
  stringifySearch: (values) => {
    const written = new URLSearchParams(
      Object.entries(values).flatMap(([name, value]) =>
        value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
      ),
    ).toString();
    return written === '' ? '' : `?${written}`;
  },
  // Addresses behind "#" work on a page opened from disk too, and no server has to know them.
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultNotFoundComponent: Nowhere,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
