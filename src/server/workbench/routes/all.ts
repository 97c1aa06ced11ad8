// Every group of routes, in the order of the pages they serve.
import { pixelRoutes } from './pixels.ts';
import type { AddRoutes } from './route.ts';
import { scoreReadsRoutes } from './score-reads.ts';
import { sessionRoutes } from './session.ts';

export const allRoutes: readonly AddRoutes[] = [sessionRoutes, scoreReadsRoutes, pixelRoutes];
