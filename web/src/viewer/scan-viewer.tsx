// The viewer of scans: slices in three planes with masks, boxes and rulers.
import { type ScanFacts, scanFacts } from '@shapes/scan.ts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get } from '../api/client.ts';
import { Loading, Problem } from '../parts/notes.tsx';
import { plain } from '../parts/words.ts';
import { viewerScan } from './engine/state.ts';
import type { ScanViewerProps } from './props.ts';
import styles from './viewer.module.css';
import { ViewerBody } from './viewer-body.tsx';

const useScan = (base: string | undefined) =>
  useQuery({
    queryKey: ['scan', base],
    queryFn: ({ signal }) => get(`${base}/scan`, scanFacts, {}, signal),
    enabled: base !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Names come out of files: nothing in them may turn what stands beside them around. */
const readable = (facts: ScanFacts): ScanFacts => ({
  ...facts,
  structures: facts.structures.map((each) => ({ ...each, name: plain(each.name).slice(0, 120) })),
});

export function ScanViewer(props: ScanViewerProps) {
  const { base, readerBase, label, masks = true } = props;
  const facts = useScan(base);
  const reader = useScan(masks ? readerBase : undefined);
  const settled = readerBase === undefined || !masks || !reader.isPending;
  const scan = useMemo(
    () =>
      facts.data === undefined || !settled
        ? undefined
        : viewerScan(readable(facts.data), reader.data && readable(reader.data)),
    [facts.data, reader.data, settled],
  );
  if (facts.isError) return <Problem error={facts.error} title="The scan cannot be shown" />;
  if (scan === undefined)
    return (
      <figure className={styles.waiting} aria-label={label} data-ready="false">
        <Loading what="Opening the scan" />
      </figure>
    );
  return <ViewerBody {...props} masks={masks} scan={scan} />;
}
