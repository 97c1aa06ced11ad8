// Every group of routes, in the order of the pages they serve.

import { adjudicationRoutes } from './adjudication.ts';
import { benchmarkRoutes } from './benchmarks.ts';
import { jobRoutes } from './jobs.ts';
import { methodRoutes } from './methods.ts';
import { newRoutes } from './new.ts';
import { pixelRoutes } from './pixels.ts';
import { readRoutes } from './read.ts';
import { readingRoutes } from './reading.ts';
import { roomRoutes } from './room.ts';
import type { AddRoutes } from './route.ts';
import { runRoutes } from './runs.ts';
import { scoreReadsRoutes } from './score-reads.ts';
import { scoresRoutes } from './scores.ts';
import { sessionRoutes } from './session.ts';
import { streamNotes } from './streams.ts';

export const allRoutes: readonly AddRoutes[] = [
  sessionRoutes,
  // Before the others, since it prepares for what they lead to.
  pixelRoutes,
  streamNotes,
  runRoutes,
  jobRoutes,
  newRoutes,
  benchmarkRoutes,
  methodRoutes,
  scoreReadsRoutes,
  scoresRoutes,
  readRoutes,
  adjudicationRoutes,
  readingRoutes,
  roomRoutes,
];
