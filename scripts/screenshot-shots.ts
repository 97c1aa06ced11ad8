// Which pages the pictures of the docs show, and what is done on each before its picture is taken.
import type { Page } from 'playwright-core';
import type { Stage } from './screenshot-stage.ts';

export interface Shot {
  readonly name: string;
  /** Behind "#". */
  readonly path: (stage: Stage) => string;
  /** Whose token opens it. Default: the owner's. */
  readonly as?: (stage: Stage) => string;
  /** What is waited for or done before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
  readonly dark?: boolean;
}

const drawn = async (page: Page): Promise<void> => {
  await page.locator('[data-ready="true"]').first().waitFor({ timeout: 20_000 });
  await page.waitForTimeout(700);
};

const run = (stage: Stage, reader: string): string => stage.runs.get(reader) ?? '';

export const SHOTS: readonly Shot[] = [
  { name: 'runs', path: () => '/' },
  { name: 'run', path: (stage) => `/runs/${run(stage, 'executor#predicted')}` },
  {
    name: 'read',
    path: (stage) =>
      `/runs/${run(stage, 'executor#predicted')}/reads/${encodeURIComponent(stage.wrong)}?repeat=0`,
    prepare: drawn,
  },
  {
    name: 'read-dark',
    path: (stage) =>
      `/runs/${run(stage, 'executor#predicted')}/reads/${encodeURIComponent(stage.wrong)}?repeat=0`,
    prepare: drawn,
    dark: true,
  },
  {
    name: 'compare',
    path: (stage) =>
      `/compare?runs=${['executor#predicted', 'compatible/simulated', 'random'].map((reader) => run(stage, reader)).join(',')}`,
  },
  { name: 'benchmarks', path: () => '/benchmarks' },
  { name: 'benchmark', path: (stage) => `/benchmarks/${stage.benchmark}` },
  { name: 'case', path: (stage) => `/benchmarks/${stage.benchmark}/cases/${stage.caseId}`, prepare: drawn },
  { name: 'new', path: () => '/new' },
  { name: 'room', path: () => '/room' },
  { name: 'room-study', path: (stage) => `/room/${stage.study}` },
  { name: 'worklists', path: () => '/reading', as: (stage) => stage.readerToken },
  {
    name: 'reading',
    path: () => '/reading',
    as: (stage) => stage.readerToken,
    prepare: async (page) => {
      await page
        .getByRole('link', { name: /go on|begin|continue/i })
        .first()
        .click();
      await drawn(page);
    },
  },
  {
    name: 'adjudication',
    path: (stage) => `/adjudication/${stage.study}`,
    as: (stage) => stage.reviewerToken,
    prepare: drawn,
  },
  { name: 'methods', path: () => '/methods', prepare: (page) => page.getByText('vitar').first().waitFor() },
  { name: 'api', path: () => '/api' },
];
