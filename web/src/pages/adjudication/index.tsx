// Adjudication: where two people answered differently, a third decides, and says why.
import { type Disagreements, disagreement, disagreements } from '@shapes/room.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { get } from '../../api/client.ts';
import { Button, classOf } from '../../parts/button.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { type Shortcut, ShortcutHelp, useShortcuts } from '../../parts/shortcuts.tsx';
import { plain } from '../../parts/words.ts';
import { hasStage, Stage } from '../reading-item/stage.tsx';
import styles from './adjudication.module.css';
import { DecisionPanel } from './decision-panel.tsx';
import { ItemList } from './item-list.tsx';

export default function Page(): ReactNode {
  const { study = '' } = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const list = useQuery({
    queryKey: ['adjudication', study, 'list'],
    queryFn: ({ signal }) => get(`/api/adjudication/${encodeURIComponent(study)}`, disagreements, {}, signal),
    staleTime: 0,
  });
  if (list.isPending) return <Loading what="Fetching what differs" />;
  if (list.isError) return <Problem error={list.error} title="This study cannot be opened" />;
  const { items, title } = list.data;
  const wanted =
    search.item ?? (search.done === '1' ? undefined : items.find(({ decided }) => !decided)?.item);
  const current = items.find(({ item }) => item === wanted)?.item;
  if (current !== undefined) return <Deciding study={study} list={list.data} item={current} />;
  return (
    <>
      <PageHead title={plain(title)} trail={<Link to="/reading">My worklists</Link>} facts="Adjudication" />
      {items.length === 0 ? (
        <Empty title="Nothing differs yet">
          A question comes here when both people have answered it and their answers differ. Open this page
          again later.
        </Empty>
      ) : (
        <div className={styles.all}>
          <output>
            {items.every(({ decided }) => decided) ? `All ${items.length} are decided. Thank you.` : ''}
          </output>
          <ItemList study={study} items={items} current={undefined} />
        </div>
      )}
    </>
  );
}

function Deciding(props: { readonly study: string; readonly list: Disagreements; readonly item: string }) {
  const { study, list, item } = props;
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [said, setSaid] = useState('');
  const [listed, setListed] = useState(false);
  const base = `/api/adjudication/${encodeURIComponent(study)}/items/${encodeURIComponent(item)}`;
  const query = useQuery({
    queryKey: ['adjudication', study, 'item', item],
    queryFn: ({ signal }) => get(base, disagreement, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    document.title = `${list.title} · Overread`;
  }, [list.title]);
  const at = list.items.findIndex((row) => row.item === item);
  const decided = list.items.filter((row) => row.decided).length;
  const go = (to: string | undefined) =>
    to !== undefined && navigate({ to: '/adjudication/$study', params: { study }, search: { item: to } });
  const shortcuts: readonly Shortcut[] = [
    { keys: ['a'], about: 'A is right' },
    { keys: ['b'], about: 'B is right' },
    { keys: ['o'], about: 'Another answer' },
    { keys: ['u'], about: 'Cannot be answered' },
    { keys: ['Enter'], about: 'Keep the decision (in a text: Ctrl + Enter)' },
    { keys: ['['], about: 'The one before', run: () => go(list.items[at - 1]?.item) },
    { keys: [']'], about: 'The one after', run: () => go(list.items[at + 1]?.item) },
  ];
  useShortcuts(shortcuts);
  const data = query.data;
  return (
    <div className={styles.page} data-calm="">
      <header className={styles.head}>
        <div className={styles.title}>
          <Link to="/reading">My worklists</Link>
          <span className={styles.name}>{plain(list.title)}, adjudication</span>
        </div>
        <div className={styles.progress}>
          <progress max={list.items.length} value={decided} aria-label="Decided" />
          {decided} of {list.items.length} decided
        </div>
        <div className={styles.actions}>
          <Button disabled={at <= 0} onClick={() => go(list.items[at - 1]?.item)}>
            Back
          </Button>
          <Button disabled={at + 1 >= list.items.length} onClick={() => go(list.items[at + 1]?.item)}>
            Forward
          </Button>
          <Button aria-expanded={listed} onClick={() => setListed(!listed)}>
            All items
          </Button>
          <ShortcutHelp shortcuts={shortcuts} />
        </div>
      </header>
      {listed && <ItemList study={study} items={list.items} current={item} />}
      {query.isError && <Problem error={query.error} title="This item cannot be shown" />}
      {query.isPending && <Loading what="Opening the item" />}
      {data !== undefined && (
        <div className={`${styles.work} ${hasStage(data) ? '' : styles.words}`}>
          {hasStage(data) && (
            <section className={styles.stage} aria-label="Scan and pictures">
              <Stage
                base={base}
                scanBase={base}
                scan={data.scan}
                tools
                masks={data.masks}
                parts={data.parts}
                label={`Scan of item ${at + 1}`}
              />
            </section>
          )}
          <section className={styles.side} aria-label="Question and decision">
            <DecisionPanel
              key={item}
              heading={`Item ${at + 1} of ${list.items.length}${data.arm === null ? '' : `, ${plain(data.arm)}`}`}
              base={base}
              data={data}
              onDecided={async (decision) => {
                cache.setQueryData(['adjudication', study, 'item', item], decision);
                await cache.invalidateQueries({ queryKey: ['adjudication', study, 'list'] });
                const after = decision.next;
                setSaid(
                  after === null
                    ? 'Decision saved. All are decided.'
                    : `Decision saved. Item ${list.items.findIndex((row) => row.item === after) + 1} of ${list.items.length}.`,
                );
                await navigate({
                  to: '/adjudication/$study',
                  params: { study },
                  search: after === null ? { done: '1' } : { item: after },
                });
              }}
            />
            {data.decided !== null && data.next !== null && (
              <Link
                to="/adjudication/$study"
                params={{ study }}
                search={{ item: data.next }}
                className={classOf('plain', styles.next)}
              >
                Next to decide
              </Link>
            )}
          </section>
        </div>
      )}
      <output className="visually-hidden" aria-live="polite">
        {said}
      </output>
    </div>
  );
}
