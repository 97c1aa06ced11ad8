// The page of one question: head with progress and clock, the scan large, the question and answer beside it.
import { type AnswerReceipt, type ReadingItem, readingItem, type Worklist } from '@shapes/room.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { get } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { isTyping, type Shortcut, useShortcuts } from '../../parts/shortcuts.tsx';
import { useActiveTime } from './active-time.ts';
import { answerKeyList } from './answer-keys.ts';
import { Instructions } from './before-and-after.tsx';
import { keptDraft } from './draft.ts';
import { Head } from './head.tsx';
import { ItemPanel } from './item-panel.tsx';
import styles from './reading.module.css';
import { useSender } from './sending.ts';
import { hasStage, Stage } from './stage.tsx';

export function Reading({ list, position }: { readonly list: Worklist; readonly position: number }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const sender = useSender(list.id);
  const [paused, setPaused] = useState(false);
  const [told, setTold] = useState(false);
  const [said, setSaid] = useState('');
  const base = `/api/reading/${encodeURIComponent(list.id)}/items/${position}`;
  const key = ['reading', list.id, 'item', position] as const;
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get(base, readingItem, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const item = query.data;
  const scan = useScan(item, base);
  const kept = keptDraft(list.id, position)?.activeMilliseconds ?? 0;
  const running = !paused && item !== undefined;
  const time = useActiveTime(`${base}/time`, Math.max(kept, item?.activeMilliseconds ?? 0), running);
  const deadline =
    item === undefined || item.secondsLeft === null || item.given !== null
      ? undefined
      : query.dataUpdatedAt + 1000 * item.secondsLeft;

  const { reset } = sender;
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaving a position is the occasion
  useEffect(() => {
    reset();
    return () => cache.removeQueries({ queryKey: ['reading', list.id, 'item', position], exact: true });
  }, [position]);

  const go = (to: number | undefined) =>
    navigate({
      to: '/reading/$worklist',
      params: { worklist: list.id },
      search: to === undefined || to === list.next ? {} : { at: String(to) },
    });
  const previous = list.mayGoBack && position > 0 ? position - 1 : undefined;
  const following =
    list.mayGoBack && position + 1 < list.planned && (list.next === null || position < list.next)
      ? position + 1
      : undefined;

  const received = (receipt: AnswerReceipt) => {
    const { next } = receipt;
    setSaid(
      `${KEPT[receipt.kept]} ${next === null ? 'All are answered.' : `Question ${next + 1} of ${list.planned}.`}`,
    );
    cache.setQueryData<Worklist>(['reading', list.id, 'worklist'], {
      ...list,
      answered: receipt.answered,
      next,
      state: next === null ? 'done' : list.state,
      marks: `${list.marks.slice(0, position)}d${list.marks.slice(position + 1)}`,
    });
    void go(undefined);
  };

  const shortcuts: readonly Shortcut[] = [
    ...(item === undefined ? [] : answerKeyList(item.wanted, list.confidence)),
    { keys: ['Escape'], about: 'Pause: covers the scan and the question' },
    { keys: ['ArrowUp', 'ArrowDown'], about: 'Slices of the scan (all its keys: “?” beside it)' },
    ...(list.mayGoBack
      ? [
          { keys: ['['], about: 'The question before', run: () => previous !== undefined && go(previous) },
          { keys: [']'], about: 'The question after', run: () => following !== undefined && go(following) },
        ]
      : []),
  ];
  useShortcuts(shortcuts, sender.sending.phase === 'idle' || sender.sending.phase === 'refused');

  usePauseKey(item !== undefined && !paused, () => setPaused(true));

  return (
    <div className={styles.page} data-calm="">
      <Head
        list={list}
        position={position}
        time={time}
        deadline={item?.open === true ? deadline : undefined}
        paused={paused}
        shortcuts={shortcuts}
        onPause={() => setPaused(true)}
        onSay={setSaid}
        onInstructions={list.instructions === '' ? undefined : () => setTold(true)}
        onBack={previous === undefined ? undefined : () => go(previous)}
        onForward={following === undefined ? undefined : () => go(following)}
      />
      <div className={styles.cover}>
        <div
          className={`${styles.work} ${scan.shown === undefined || !hasStage(scan.shown) ? styles.words : ''}`}
          inert={paused}
          data-covered={paused ? '' : undefined}
        >
          {scan.shown !== undefined && hasStage(scan.shown) && (
            <section className={styles.stage} aria-label="Scan and pictures" data-stage="">
              <Stage
                base={scan.itemBase}
                scanBase={scan.scanBase}
                scan={scan.shown.scan}
                tools={scan.shown.tools}
                masks={false}
                parts={scan.shown.parts}
                label={`Scan of question ${scan.shown.position + 1}`}
              />
            </section>
          )}
          <section className={styles.side} aria-label="Question">
            {query.isError ? (
              <Problem error={query.error} title="This question cannot be shown" />
            ) : item === undefined ? (
              <Loading what="Opening the question" />
            ) : (
              <ItemPanel
                key={position}
                list={list}
                item={item}
                base={base}
                time={time}
                sender={sender}
                paused={paused}
                deadline={deadline}
                onReceipt={received}
              />
            )}
          </section>
        </div>
        {paused && <Paused timed={deadline !== undefined} onResume={() => setPaused(false)} />}
      </div>
      <output className="visually-hidden" aria-live="polite">
        {said}
      </output>
      <Dialog open={told} onClose={() => setTold(false)} title="Instructions">
        <Instructions text={list.instructions} />
      </Dialog>
    </div>
  );
}

/** Escape pauses, unless the viewer or an open window has a use for it. */
function usePauseKey(active: boolean, pause: () => void): void {
  const latest = useRef(pause);
  latest.current = pause;
  useEffect(() => {
    if (!active) return undefined;
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || isTyping(event.target)) return;
      // The viewer hears of keys last: whether it took this one is known a moment later.
      setTimeout(() => {
        if (!event.defaultPrevented) latest.current();
      });
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [active]);
}

const KEPT: Readonly<Record<AnswerReceipt['kept'], string>> = {
  answered: 'Answer saved.',
  passed: 'Passed.',
  'too-late': 'The time was over: this question counts as not answered.',
};

/** The scan stays where it stands while questions of the same case follow each other, and while the next is fetched. */
function useScan(item: ReadingItem | undefined, base: string) {
  const last = useRef<{ shown: ReadingItem; itemBase: string; scanBase: string }>(undefined);
  if (item !== undefined && last.current?.shown !== item) {
    const before = last.current;
    const follows = before !== undefined && item.sameScan && before.shown.position === item.position - 1;
    const stays = before !== undefined && before.shown.position === item.position;
    last.current = { shown: item, itemBase: base, scanBase: follows || stays ? before.scanBase : base };
  }
  return last.current ?? { shown: undefined, itemBase: base, scanBase: base };
}

function Paused({ timed, onResume }: { readonly timed: boolean; readonly onResume: () => void }) {
  return (
    <div className={styles.paused} role="alertdialog" aria-label="Paused">
      <h2>Paused</h2>
      <p>
        The scan and the question are covered.
        {timed ? ' The time limit of this question goes on.' : ' The clock stands still.'}
      </p>
      <Button
        look="primary"
        autoFocus
        onClick={onResume}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onResume();
        }}
      >
        Go on
      </Button>
    </div>
  );
}
