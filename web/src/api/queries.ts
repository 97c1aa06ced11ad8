// The query cache of the page, and how live events make parts of it stale.
import { liveEvent } from '@shapes/events.ts';
import { QueryClient } from '@tanstack/react-query';
import { ApiError, isStatic } from './client.ts';

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What was refused will be refused again; only an unreachable server may come back.
      retry: (count, error) => count < 2 && error instanceof ApiError && error.code === 'unreachable',
    },
  },
});

/**
 * Follows the server's events while the page is open. Query keys begin with a topic ("runs", "jobs", "benchmarks",
 * "room"): an event makes every query of its topic stale, at most four times a second. Returns the way to stop.
 */
export function followEvents(): () => void {
  if (isStatic()) return () => {};
  const source = new EventSource('/api/events');
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  source.onmessage = ({ data }) => {
    const event = liveEvent.safeParse(parsed(data));
    if (!event.success) return;
    waiting.add(event.data.topic);
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const topic of waiting) void queries.invalidateQueries({ queryKey: [topic] });
      waiting.clear();
    }, 250);
  };
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
