// The page of one read: question, gold chain beside what the reader did, the viewer where each step stands.
import type { Place } from '@shapes/place.ts';
import type { ReadDetail } from '@shapes/read.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { isStatic } from '../../api/client.ts';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { isTyping, type Shortcut, ShortcutHelp } from '../../parts/shortcuts.tsx';
import { type Tab, Tabs } from '../../parts/tabs.tsx';
import { Transcript } from '../../parts/transcript.tsx';
import { count } from '../../parts/words.ts';
import { readAddress, type Search, searchOf, useAddress, useAhead, useNeighbours, useRead } from './data.ts';
import { Facts, Reply } from './facts.tsx';
import { Head, type Way } from './head.tsx';
import { Others } from './others.tsx';
import { QuestionCard } from './question-card.tsx';
import styles from './read.module.css';
import { Stage } from './stage.tsx';
import { Steps } from './steps.tsx';
import { firstStop, stopsOf } from './stops.ts';

type View = 'scan' | 'transcript' | 'reply' | 'others' | 'facts';

export default function Page() {
  const address = useAddress();
  const read = useRead(address);
  const around = useNeighbours(address);
  useAhead(address, around);
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const [view, setView] = useState<View>('scan');
  const [picture, setPicture] = useState<number>();
  const detail = read.data;
  const stops = useMemo(() => (detail === undefined ? [] : stopsOf(detail)), [detail]);
  const asked = search.step === undefined ? Number.NaN : Number(search.step) - 1;
  const chosen =
    detail === undefined
      ? 0
      : Number.isInteger(asked) && stops[asked] !== undefined
        ? asked
        : firstStop(stops, detail);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another read is the occasion
  useEffect(() => setPicture(undefined), [address.run, address.question, address.repeat]);

  const choose = (at: number) => {
    if (stops[at] === undefined) return;
    setPicture(undefined);
    void navigate({
      to: '/runs/$run/reads/$question',
      params: { run: address.run, question: address.question },
      search: { ...searchOf(address), step: String(at + 1) },
      replace: true,
    });
  };
  const go = (way: Way) => {
    const to = around?.[way];
    if (to === null || to === undefined) return;
    void navigate({
      to: '/runs/$run/reads/$question',
      params: { run: address.run, question: to.questionId },
      search: searchOf({ ...address, repeat: to.repeat }),
    });
  };
  const shortcuts: readonly Shortcut[] = [
    { keys: ['j', 'ArrowRight'], about: 'Next read', run: () => go('next') },
    { keys: ['k', 'ArrowLeft'], about: 'Previous read', run: () => go('previous') },
    { keys: ['e'], about: 'Next error', run: () => go('nextError') },
    { keys: ['E'], about: 'Previous error', run: () => go('previousError') },
    { keys: ['n'], about: 'Next step', run: () => choose(chosen + 1) },
    { keys: ['p'], about: 'Previous step', run: () => choose(chosen - 1) },
    {
      keys: ['t'],
      about: 'Transcript, and back',
      run: () => setView(view === 'transcript' ? 'scan' : 'transcript'),
    },
    { keys: ['ArrowUp', 'ArrowDown'], about: 'Slices' },
    { keys: ['m'], about: 'Masks on or off' },
  ];
  const help = useRef<HTMLSpanElement>(null);
  usePageKeys(shortcuts, () => help.current?.querySelector('button')?.click());

  const shownPlace = picture === undefined ? undefined : detail?.read?.shown[picture]?.place;
  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <Head address={address} detail={detail} around={around} onGo={go} />
        <span ref={help}>
          <ShortcutHelp shortcuts={shortcuts} />
        </span>
      </div>
      {read.isError ? (
        <Problem error={read.error} title="This read cannot be shown" />
      ) : detail === undefined ? (
        <Loading what="Opening the read" />
      ) : detail.read === null && detail.question === null ? (
        <Empty title="There is no such read">
          The run has not read this question, or its benchmark is gone. Go back to the run and choose one of
          its reads.
        </Empty>
      ) : (
        <div className={styles.body}>
          <div className={styles.left}>
            <Scrolled label="Question" className={styles.question}>
              <QuestionCard detail={detail} source={readAddress(address)} />
            </Scrolled>
            <div className={styles.steps}>
              <h2 className="visually-hidden">Steps</h2>
              <Steps
                detail={detail}
                source={readAddress(address)}
                stops={stops}
                chosen={chosen}
                onChoose={choose}
                picture={picture ?? detail.read?.shown.findIndex((each) => each.place !== null)}
                onPicture={setPicture}
              />
            </div>
          </div>
          <Right
            detail={detail}
            address={address}
            view={view}
            onView={setView}
            place={shownPlace ?? stops[chosen]?.place ?? null}
          />
        </div>
      )}
    </div>
  );
}

const VIEWER_KEYS: ReadonlySet<string> = new Set([
  'm',
  'ArrowUp',
  'ArrowDown',
  'PageUp',
  'PageDown',
  '.',
  ',',
]);

/** Keys of the page before those of the viewer, which has a few of the same: while it has the focus they are its own. */
function usePageKeys(shortcuts: readonly Shortcut[], onHelp: () => void): void {
  const latest = useRef({ shortcuts, onHelp });
  latest.current = { shortcuts, onHelp };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target, event.key)) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('[role="tablist"]') && event.key.startsWith('Arrow')) return;
      const inViewer = target?.closest('figure[data-ready]') !== null && target !== null;
      if (inViewer && (event.key === 't' || event.key === '?')) return;
      // A step that was clicked keeps the focus; the viewer's keys are meant for the viewer all the same.
      if (!inViewer && VIEWER_KEYS.has(event.key) && target instanceof HTMLButtonElement) target.blur();
      const found = latest.current.shortcuts.find(
        ({ keys, run }) => run !== undefined && keys.includes(event.key),
      );
      if (event.key !== '?' && found?.run === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === '?') latest.current.onHelp();
      else found?.run?.(event);
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, []);
}

/** What may be longer than its place: keys scroll it while it has the focus. */
function Scrolled(props: {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const { label, className = styles.scroll, children } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it no key reaches what is below
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

const WIDE = '(min-width: 1900px)';

/** On a wide screen the words stand beside the scan; else one is shown at a time. */
function Right(props: {
  readonly detail: ReadDetail;
  readonly address: ReturnType<typeof useAddress>;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly place: Place | null;
}) {
  const { detail, address, view, onView, place } = props;
  const wide = useSyncExternalStore(followWide, () => matchMedia(WIDE).matches);
  const { read } = detail;
  const source = readAddress(address);
  const id = `${address.run} ${address.question} ${address.repeat}`;
  const stage = <Stage detail={detail} source={source} place={place} />;
  const shown = wide && view === 'scan' ? 'transcript' : view;
  const tabs: readonly Tab<View>[] = [
    ...(wide
      ? []
      : [{ value: 'scan' as const, label: detail.scan === null ? 'Pictures' : 'Scan', panel: stage }]),
    {
      value: 'transcript',
      label: `Transcript${read === null || read.transcript.total === 0 ? '' : ` (${count(read.transcript.total)})`}`,
      panel: (
        <Scrolled label="Transcript">
          {read !== null && (
            <Transcript key={id} {...read.transcript} source={source} repeat={address.repeat} />
          )}
        </Scrolled>
      ),
    },
    {
      value: 'reply',
      label: 'Reply',
      panel: (
        <Scrolled label="Reply">
          <Reply key={id} detail={detail} source={source} />
        </Scrolled>
      ),
    },
    ...(isStatic()
      ? []
      : [
          {
            value: 'others' as const,
            label: 'Other readers',
            panel: (
              <Scrolled label="Other readers">
                <Others detail={detail} address={address} active={shown === 'others'} />
              </Scrolled>
            ),
          },
        ]),
    {
      value: 'facts',
      label: 'Figures',
      panel: (
        <Scrolled label="Figures">
          <Facts key={id} detail={detail} />
        </Scrolled>
      ),
    },
  ];
  const words = <Tabs label="What is shown of the read" tabs={tabs} value={shown} onChange={onView} fill />;
  const heading = <h2 className="visually-hidden">Scan and words</h2>;
  if (!wide)
    return (
      <div className={styles.right}>
        {heading}
        {words}
      </div>
    );
  return (
    <>
      <div className={styles.stage}>
        {heading}
        {stage}
      </div>
      <div className={styles.words}>{words}</div>
    </>
  );
}

function followWide(changed: () => void): () => void {
  const query = matchMedia(WIDE);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
