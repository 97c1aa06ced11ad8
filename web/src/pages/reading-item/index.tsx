// One worklist, read blind: the question that comes next beside its scan, until all are answered.
import { worklist } from '@shapes/room.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { get } from '../../api/client.ts';
import { Loading, Problem } from '../../parts/notes.tsx';
import { Finished, NotOpen, Welcome } from './before-and-after.tsx';
import { Reading } from './reading.tsx';

export default function Page(): ReactNode {
  const { worklist: id = '' } = useParams({ strict: false });
  const { at } = useSearch({ strict: false });
  const cache = useQueryClient();
  const [begun, setBegun] = useState(false);
  const list = useQuery({
    queryKey: ['reading', id, 'worklist'],
    queryFn: ({ signal }) => get(`/api/reading/${encodeURIComponent(id)}`, worklist, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  // What is kept of a question grows old with its clock: nothing of it outlives the page.
  useEffect(() => () => cache.removeQueries({ queryKey: ['reading', id] }), [cache, id]);

  if (list.isPending) return <Loading what="Opening the worklist" />;
  if (list.isError) return <Problem error={list.error} title="This worklist cannot be opened" />;
  const { title, state, next, marks, mayGoBack, planned } = list.data;
  if (state === 'locked' || state === 'closed') return <NotOpen list={list.data} />;
  const back = at === undefined ? undefined : Number(at);
  const wanted =
    back !== undefined && mayGoBack && Number.isInteger(back) && back >= 0 && back < planned ? back : next;
  if (wanted === null) return <Finished list={list.data} />;
  if (!begun && /^-*$/.test(marks)) return <Welcome list={list.data} onBegin={() => setBegun(true)} />;
  return (
    <>
      <TitleOf title={title} />
      <Reading list={list.data} position={wanted} />
    </>
  );
}

/** The document’s title: the page itself has no other head than the question. */
function TitleOf({ title }: { readonly title: string }) {
  useEffect(() => {
    document.title = `${title} · Overread`;
  }, [title]);
  return null;
}
