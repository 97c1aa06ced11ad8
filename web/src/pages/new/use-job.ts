// A job of the server, followed until it ends.
import { job } from '@shapes/jobs.ts';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';

export const useJob = (id: string | undefined) =>
  useQuery({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => get(`/api/jobs/${id}`, job, {}, signal),
    enabled: id !== undefined,
    // Events tell of every change; this is for a stream that broke off meanwhile.
    refetchInterval: ({ state }) => (state.data?.endedAt === undefined ? 5000 : false),
  });

/** The form of an address that a source has: kept there, so that a reload goes on. */
export interface ChosenSource {
  readonly source: { readonly files: string } | { readonly upload: string };
  /** As people know it. */
  readonly name: string;
}
