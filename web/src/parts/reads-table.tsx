// A list of a run's reads: only what is in sight is in the page, and only its pages are asked for.
import { type ReadFilterShape, type ReadRow, readPage } from '@shapes/reads.ts';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { get } from '../api/client.ts';
import { Badge } from './badge.tsx';
import { Loading, Problem } from './notes.tsx';
import styles from './reads-table.module.css';
import { count, OUTCOME_TONES, percent, plain, STAGE_WORDS, typeWords } from './words.ts';

const PAGE = 100;
const ROW_REM = 2.6;

export interface ReadsTableProps {
  readonly run: string;
  readonly protocol: 'strict' | 'published';
  readonly filter: ReadFilterShape;
  /** Said when the filter chooses nothing. */
  readonly empty: React.ReactNode;
}

/** Asks again while scoring goes on. */
const PENDING_MS = 1500;

const readsQuery = ({ run, protocol, filter }: ReadsTableProps, offset: number) => ({
  queryKey: ['runs', run, 'reads', protocol, filter, offset],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    get(
      `/api/runs/${encodeURIComponent(run)}/reads`,
      readPage,
      { ...filter, protocol, offset, limit: PAGE },
      signal,
    ),
  refetchInterval: (query: { state: { data?: { pending?: boolean | undefined } | undefined } }) =>
    query.state.data?.pending === true ? PENDING_MS : (false as const),
});

export function ReadsTable(props: ReadsTableProps) {
  const { run, protocol, filter, empty } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const [first] = useQueries({ queries: [readsQuery(props, 0)] });
  const total = first.data?.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_REM * rem,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const offsets = [...new Set(items.map(({ index }) => Math.floor(index / PAGE) * PAGE))];
  const pages = useQueries({ queries: offsets.map((offset) => readsQuery(props, offset)) });
  const rowAt = (index: number): ReadRow | undefined =>
    pages[offsets.indexOf(Math.floor(index / PAGE) * PAGE)]?.data?.rows[index % PAGE];
  const refused = pages.find(({ isError }) => isError) ?? first;
  if (first.isPending) return <Loading what="Reads are being scored" />;
  if (refused.isError) return <Problem error={refused.error} title="These reads cannot be shown" />;
  const { pending, note } = first.data ?? {};
  return (
    <div className={styles.list}>
      <p className={styles.count} aria-live="polite">
        {total === 1 ? '1 read' : `${count(total)} reads`}
        {pending === true && ' · scoring goes on; until it is done, all are listed without scores'}
        {note !== undefined && ` · ${note}`}
      </p>
      {total === 0 ? (
        <div className={styles.empty}>{empty}</div>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: rows of a virtual list are placed by hand, which no table element bears
        <div role="table" aria-label="Reads" aria-rowcount={total + 1} className={styles.table}>
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div role="rowgroup" className={styles.headGroup}>
            {/* biome-ignore lint/a11y/useSemanticElements: as above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: a row of headings takes no focus */}
            <div role="row" aria-rowindex={1} className={`${styles.row} ${styles.head}`}>
              {HEADS.map((head) => (
                // biome-ignore lint/a11y/useSemanticElements: as above
                // biome-ignore lint/a11y/useFocusableInteractive: nothing can be sorted here
                <span key={head} role="columnheader">
                  {head}
                </span>
              ))}
            </div>
          </div>
          <div ref={frame} className={styles.frame}>
            {/* biome-ignore lint/a11y/useSemanticElements: as above */}
            <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
              {items.map(({ index, start, size }) => (
                // biome-ignore lint/a11y/useSemanticElements: as above
                // biome-ignore lint/a11y/useFocusableInteractive: the link in it takes the focus
                <div
                  key={index}
                  role="row"
                  aria-rowindex={index + 2}
                  className={styles.row}
                  style={{ transform: `translateY(${start}px)`, height: size }}
                >
                  <Cells row={rowAt(index)} run={run} protocol={protocol} filter={filter} />
                </div>
              ))}
            </div>
          </div>
        </div>
      )}
    </div>
  );
}

const HEADS = ['Question', 'Type', 'Outcome', 'Answer', 'Right answer', 'Confidence'];

function Cells(props: {
  readonly row: ReadRow | undefined;
  readonly run: string;
  readonly protocol: string;
  readonly filter: ReadFilterShape;
}) {
  const { row, run, protocol, filter } = props;
  if (row === undefined) return <Cell>…</Cell>;
  const { stage, rung, repeat } = row;
  return (
    <>
      <Cell>
        <Link
          to="/runs/$run/reads/$question"
          params={{ run, question: row.questionId }}
          search={{ ...filter, protocol, repeat: String(repeat) }}
          className={styles.link}
          title={plain(row.question)}
        >
          <span className={styles.cover} />
          <bdi>{row.question === '' ? row.questionId : plain(row.question)}</bdi>
        </Link>
        {(rung !== undefined || repeat > 0) && (
          <span className={styles.more}>
            {rung === undefined ? '' : rungWords(rung)}
            {repeat > 0 ? ` repeat ${repeat + 1}` : ''}
          </span>
        )}
      </Cell>
      <Cell>
        <span title={stage === undefined ? undefined : STAGE_WORDS[stage]}>
          {stage !== undefined && (
            <i className={styles.stage} style={{ background: `var(--stage-${stage})` }} />
          )}
          {typeWords(row.type)}
        </span>
      </Cell>
      <Cell>
        <Badge tone={OUTCOME_TONES[row.outcome]}>{row.outcome}</Badge>
        {row.outcome === 'partial' && <span className={styles.more}>{percent(row.score)} %</span>}
      </Cell>
      <Cell>
        <bdi>{plain(row.answer)}</bdi>
      </Cell>
      <Cell>
        <bdi>{plain(row.gold)}</bdi>
      </Cell>
      <Cell>{row.confidence === undefined ? '–' : `${percent(row.confidence)} %`}</Cell>
    </>
  );
}

function Cell({ children }: { readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    <span role="cell" className={styles.cell}>
      {children}
    </span>
  );
}

/** "2 steps", "2 steps, another patient's". */
export const rungWords = (rung: string): string => {
  const steps = rung.replace('~', '');
  return `${steps} ${steps === '1' ? 'step' : 'steps'}${rung.endsWith('~') ? ', another patient’s' : ''}`;
};
