// A scan that has been opened: panes, controls, and the wires between them and the drawing.
import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { getBytes, isStatic } from '../api/client.ts';
import { Loading } from '../parts/notes.tsx';
import { plain } from '../parts/words.ts';
import { KeyHelp } from './controls/key-help.tsx';
import { MarkHints } from './controls/mark-hints.tsx';
import { MarkList } from './controls/mark-list.tsx';
import { SliceBar, type SliceBarHandle } from './controls/slice-bar.tsx';
import { StructureList } from './controls/structure-list.tsx';
import { Toolbar } from './controls/toolbar.tsx';
import { Trouble } from './controls/trouble.tsx';
import { act } from './engine/act.ts';
import { actionOf } from './engine/keys.ts';
import { ownSentence, toldOf } from './engine/own-marks.ts';
import { PLANES } from './engine/planes.ts';
import { readoutAt, readoutText } from './engine/readout.ts';
import type { SliceKey } from './engine/slice-store.ts';
import type { DrawnMark, DrawnSlice, ViewerScan } from './engine/state.ts';
import { newViewer, type Viewer } from './engine/viewer.ts';
import { PaneCanvas } from './pane-canvas.tsx';
import type { ScanViewerProps } from './props.ts';
import styles from './viewer.module.css';
import { useViewerKeys } from './viewer-keys.ts';

const VolumeView = lazy(() => import('./volume-view.tsx'));

type BodyProps = ScanViewerProps & { readonly scan: ViewerScan; readonly masks: boolean };

/** Where slices come from: of the image and its masks below `base`, of the reader's masks below `readerBase`. */
function loaderOf({ base, readerBase, scan }: Pick<BodyProps, 'base' | 'readerBase' | 'scan'>) {
  return ({ part, plane, index }: SliceKey, signal: AbortSignal) => {
    const from = part === 'reader' ? (readerBase ?? base) : base;
    const { version } = part === 'reader' ? (scan.reader?.facts ?? scan.facts) : scan.facts;
    const kind = part === 'image' ? 'slices' : 'masks';
    return getBytes(`${from}/${kind}/${encodeURIComponent(version)}/${plane}/${index}`, signal);
  };
}

export function ViewerBody(props: BodyProps) {
  const { base, readerBase, scan, masks, tools = true } = props;
  // Pages write lists anew at each rendering: what they hold is what counts.
  const planes = PLANES.filter((plane) => props.planes?.includes(plane) ?? true).join(' ');
  const [viewer, setViewer] = useState<Viewer>();
  const events = useRef<ViewerEvents>({});
  useEffect(() => {
    const made = newViewer({
      scan,
      masks,
      tools,
      planes: PLANES.filter((plane) => planes.includes(plane)),
      load: loaderOf({ base, readerBase, scan }),
      onDrawn: (drawn, fresh) => events.current.drawn?.(drawn, fresh),
      onTrouble: (trouble) => events.current.trouble?.(trouble),
    });
    setViewer(made);
    return () => made.close();
  }, [base, readerBase, scan, masks, tools, planes]);
  if (viewer === undefined || viewer.scan !== scan) return <div className={styles.waiting} />;
  return <Body {...props} viewer={viewer} events={events} />;
}

interface ViewerEvents {
  drawn?: (drawn: DrawnSlice, fresh: boolean) => void;
  trouble?: (trouble: unknown) => void;
}

const REST_MS = 200;
/** Px of width from which the lists stand beside the image: as in the style sheet. */
const BESIDE = 600;

function Body(
  props: BodyProps & { readonly viewer: Viewer; readonly events: React.RefObject<ViewerEvents> },
) {
  const { viewer, events, scan, masks, label, focus, focusBy = 'gold', marks } = props;
  const settings = useSyncExternalStore(viewer.subscribe, viewer.settings);
  const root = useRef<HTMLElement>(null);
  const bar = useRef<SliceBarHandle>(null);
  const readout = useRef<HTMLOutputElement>(null);
  const hovered = useRef<{ plane: DrawnSlice['plane']; at: readonly [number, number] | undefined }>(null);
  const told = useRef(props);
  told.current = props;
  const [rested, setRested] = useState<DrawnSlice>();
  const [trouble, setTrouble] = useState<unknown>();
  const [said, setSaid] = useState('');
  const [help, setHelp] = useState(false);
  // Without masks there is nothing in the lists until something is drawn.
  const [panel, setPanel] = useState(masks);
  // Where the lists would stand below the image, it has the room until they are asked for.
  useLayoutEffect(() => {
    if ((root.current?.clientWidth ?? 0) < BESIDE) setPanel(false);
  }, []);

  const hover = useCallback(
    (plane: DrawnSlice['plane'], at: readonly [number, number] | undefined) => {
      hovered.current = { plane, at };
      if (readout.current === null) return;
      const samples = at === undefined ? undefined : viewer.samples(plane);
      const here = at && samples && readoutAt(scan, plane, samples, at);
      readout.current.textContent = here === undefined ? '' : readoutText(here, scan.facts.units);
    },
    [viewer, scan],
  );

  useEffect(() => {
    let slices = 0;
    let rest: ReturnType<typeof setTimeout> | undefined;
    let last = '';
    events.current.trouble = setTrouble;
    events.current.drawn = (drawn, fresh) => {
      const { plane, window, masksOn, shown } = viewer.settings();
      const canvas = viewer.pane(drawn.plane)?.canvas;
      const frame = viewer.pane(drawn.plane)?.frame;
      const names = drawn.structures.map(({ name }) => name);
      if (fresh) slices++;
      if (canvas !== undefined && frame !== undefined) {
        canvas.dataset.index = String(drawn.index);
        canvas.dataset.frame = [frame.left, frame.top, frame.scaleX, frame.scaleY].join(' ');
        canvas.setAttribute(
          'aria-label',
          `${drawn.plane} slice ${drawn.index} of 0 to ${scan.facts.planes[drawn.plane].count - 1}, ` +
            `window level ${window.level} width ${window.width}` +
            (masks && masksOn ? `, masks: ${names.length === 0 ? 'none here' : names.join(', ')}` : ''),
        );
      }
      if (drawn.plane !== plane) return;
      const { dataset } = root.current ?? {};
      if (dataset !== undefined) {
        dataset.ready = 'true';
        dataset.plane = drawn.plane;
        dataset.index = String(drawn.index);
        dataset.slicesDrawn = String(slices);
        dataset.masksVisible = String(masks && masksOn && shown.size > 0);
        dataset.structuresDrawn = drawn.structures.map(({ structure }) => structure).join(',');
      }
      bar.current?.show(viewer.index(), drawn.index);
      if (hovered.current?.plane === drawn.plane) hover(drawn.plane, hovered.current.at);
      const view = `${drawn.plane} ${drawn.index} ${window.level} ${window.width}`;
      if (view !== last) {
        last = view;
        told.current.onView?.({ plane: drawn.plane, index: drawn.index, window });
      }
      clearTimeout(rest);
      rest = setTimeout(() => setRested(drawn), REST_MS);
    };
    viewer.redraw();
    return () => {
      clearTimeout(rest);
      events.current = {};
    };
  }, [viewer, events, scan, masks, hover]);

  useEffect(() => {
    if (focus !== undefined) viewer.focusOn(focus);
  }, [viewer, focus]);
  useEffect(() => {
    const own = focus?.marks.map((mark) => ({ ...mark, by: focusBy })) ?? [];
    // Labels may hold what a model wrote.
    viewer.change({
      marks: [...(marks ?? []), ...own].map((mark) => ({ ...mark, label: plain(mark.label).slice(0, 200) })),
    });
  }, [viewer, marks, focus, focusBy]);

  useViewerKeys(root, (event) => {
    const action = actionOf(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (action === undefined) return;
    if (action.do === 'escape' && viewer.settings().tool === 'point') return;
    if (action.do === 'help') setHelp(true);
    else if (!act(viewer, action)) return;
    event.preventDefault();
  });

  function finished(mark: DrawnMark): void {
    setSaid(ownSentence(mark, scan.facts.units));
    const measured = toldOf(mark);
    if (measured !== undefined) told.current.onMeasure?.(measured);
  }

  const panes = settings.layout === 'three' ? PLANES : [settings.plane];
  const volumeBase = props.volumeBase ?? (props.base.startsWith('/api/benchmarks/') ? props.base : undefined);
  const hasStructures = masks && scan.structures.length > 0;
  return (
    <figure ref={root} className={styles.viewer} aria-label={label} data-ready="false">
      <Toolbar
        viewer={viewer}
        settings={settings}
        hasStructures={hasStructures}
        hasVolume={volumeBase !== undefined && !isStatic()}
        onHelp={() => setHelp(true)}
        panel={panel}
        onPanel={() => setPanel(!panel)}
      />
      <div className={panel ? styles.middle : styles.middleAlone}>
        {settings.layout === 'volume' && volumeBase !== undefined ? (
          <Suspense fallback={<Loading what="Loading the volume viewer" />}>
            <VolumeView base={volumeBase} viewer={viewer} settings={settings} label={label} />
          </Suspense>
        ) : (
          <div className={settings.layout === 'three' ? styles.three : styles.one}>
            {panes.map((plane) => (
              <PaneCanvas
                key={plane}
                plane={plane}
                viewer={viewer}
                active={settings.layout === 'three' && plane === settings.plane}
                tool={settings.tool}
                onHover={hover}
                onMark={finished}
              />
            ))}
            <Trouble trouble={trouble} onRetry={viewer.retry} />
            <MarkHints viewer={viewer} settings={settings} rested={rested} />
          </div>
        )}
        {panel && (
          <div className={styles.panel}>
            <MarkList viewer={viewer} settings={settings} rested={rested} />
            {hasStructures && <StructureList viewer={viewer} settings={settings} rested={rested} />}
            {!hasStructures && settings.marks.length + settings.drawn.length === 0 && (
              <p className={styles.note}>
                {masks ? 'This scan has no annotated structures.' : 'Read blind: there are no masks here.'}{' '}
                Rulers and regions that you draw are listed here.
              </p>
            )}
          </div>
        )}
      </div>
      {settings.layout !== 'volume' && (
        <SliceBar ref={bar} viewer={viewer} plane={settings.plane} readout={readout} />
      )}
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
      <KeyHelp open={help} onClose={() => setHelp(false)} presets={scan.facts.presets} />
    </figure>
  );
}
