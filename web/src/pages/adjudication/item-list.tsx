// What differs, each with its state: a way to any of them.
import type { Disagreements } from '@shapes/room.ts';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { Badge } from '../../parts/badge.tsx';
import { plain } from '../../parts/words.ts';
import styles from './adjudication.module.css';

const ROW = 44;

export function ItemList(props: {
  readonly study: string;
  readonly items: Disagreements['items'];
  readonly current: string | undefined;
}) {
  const { study, items, current } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  return (
    <nav ref={frame} className={styles.list} aria-label="Items">
      <ul style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const row = items[index];
          if (row === undefined) return null;
          return (
            <li key={row.item} style={{ height: ROW, transform: `translateY(${start}px)` }}>
              <Link
                to="/adjudication/$study"
                params={{ study }}
                search={{ item: row.item }}
                className={row.item === current ? `${styles.row} ${styles.here}` : styles.row}
                aria-current={row.item === current ? 'true' : undefined}
              >
                <span className={styles.number}>{index + 1}</span>
                <bdi className={styles.text}>{plain(row.text)}</bdi>
                {row.arm !== null && <span className={styles.arm}>{plain(row.arm)}</span>}
                <Badge tone={row.decided ? 'good' : 'warn'}>
                  {row.decided ? (row.mine ? 'decided' : 'decided by another') : 'to decide'}
                </Badge>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
