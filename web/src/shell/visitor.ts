// Who looks at the page: asked once.
import { me } from '@shapes/session.ts';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';

export const useVisitor = () =>
  useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => get('/api/me', me, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
