// A table of any length: rows are drawn where they are looked at, and asked for a page at a time.
import { keepPreviousData, type QueryKey, useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import styles from './virtual-table.module.css';

export interface Column<Row> {
  readonly title: string;
  /** A track of the grid: "minmax(10rem, 1fr)". */
  readonly width: string;
  readonly number?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly total: number;
  /** Rows of a page that begins at `offset`; `pageSize` of them. */
  readonly load: (offset: number, signal: AbortSignal) => Promise<readonly Row[]>;
  readonly queryKey: QueryKey;
  readonly pageSize?: number;
  readonly keyOf: (row: Row) => string;
  readonly chosen?: string | undefined;
  /** Row that is brought into view when it changes. */
  readonly chosenAt?: number | undefined;
  /** Height of a row in rem. */
  readonly rowHeight: number;
  /** Height of what stands above the table, so that it fills the rest of the window. */
  readonly above?: string;
  /** Below this width the table scrolls sideways. */
  readonly least?: string;
}

/** Height of the head in rem. */
const HEAD = 2.2;

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, total, load, queryKey, pageSize = 100, keyOf, chosen, chosenAt, rowHeight } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight * rem,
    overscan: 12,
    // The head stays above the rows and covers what lies under it.
    scrollMargin: HEAD * rem,
    scrollPaddingStart: HEAD * rem,
  });
  const items = virtual.getVirtualItems();
  const first = Math.floor((items[0]?.index ?? 0) / pageSize);
  const last = Math.floor((items.at(-1)?.index ?? 0) / pageSize);
  const pages = useQueries({
    queries: Array.from({ length: last - first + 1 }, (_, n) => ({
      queryKey: [...queryKey, 'page', (first + n) * pageSize],
      queryFn: ({ signal }: { signal: AbortSignal }) => load((first + n) * pageSize, signal),
      placeholderData: keepPreviousData,
    })),
  });
  useEffect(() => {
    if (chosenAt !== undefined && chosenAt >= 0) virtual.scrollToIndex(chosenAt, { align: 'auto' });
  }, [chosenAt, virtual]);
  const rowAt = (index: number): Row | undefined =>
    pages[Math.floor(index / pageSize) - first]?.data?.[index % pageSize];
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which table elements do not allow
    <div
      ref={frame}
      className={styles.frame}
      role="region"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      style={
        {
          '--columns': columns.map(({ width }) => width).join(' '),
          '--row': `${rowHeight}rem`,
          '--head': `${HEAD}rem`,
          ...(props.above === undefined ? {} : { '--above': props.above }),
          ...(props.least === undefined ? {} : { '--least': props.least }),
        } as CSSProperties
      }
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div className={styles.table} role="table" aria-label={label} aria-rowcount={total + 1}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className={styles.headGroup}>
          {/* biome-ignore lint/a11y/useFocusableInteractive: a row of a table that is read */}
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div className={styles.head} role="row" aria-rowindex={1}>
            {columns.map(({ title, number = false }) => (
              // biome-ignore lint/a11y/useFocusableInteractive: a head that does not sort
              // biome-ignore lint/a11y/useSemanticElements: as above
              <div key={title} role="columnheader" className={number ? styles.number : ''}>
                {title}
              </div>
            ))}
          </div>
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            const isChosen = row !== undefined && chosen !== undefined && keyOf(row) === chosen;
            return (
              // biome-ignore lint/a11y/useFocusableInteractive: what is done with a row stands in its cells
              // biome-ignore lint/a11y/useSemanticElements: as above
              <div
                key={index}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={isChosen}
                className={`${styles.row} ${isChosen ? styles.chosen : ''}`}
                style={{ transform: `translateY(${start - HEAD * rem}px)` }}
              >
                {columns.map(({ title, number = false, cell }) => (
                  // biome-ignore lint/a11y/useSemanticElements: as above
                  <div key={title} role="cell" className={`${styles.cell} ${number ? styles.number : ''}`}>
                    {row === undefined ? <span className={styles.waiting}>…</span> : cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
