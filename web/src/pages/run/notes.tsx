// How intervals were made, and what must be known of the scores.
import { plain } from '../../parts/words.ts';
import type { BuiltReport, ReaderCells } from './built-figures.tsx';
import styles from './run.module.css';

export function Notes({
  report,
  reader,
}: {
  readonly report: Pick<BuiltReport, 'notes'>;
  readonly reader: ReaderCells | undefined;
}) {
  const cells = reader === undefined ? [] : [reader.overall, ...Object.values(reader.stages)];
  const methods = methodsOf(cells);
  return (
    <ul className={styles.notes}>
      {methods.length > 0 && <li>Intervals, by patient: {methods.join('; ')}.</li>}
      {cells.length > 0 && (
        <li>Unparsed, refused and failed reads count as wrong; unsupported ones are in no denominator.</li>
      )}
      {report.notes.map((note) => (
        <li key={note}>
          <bdi>{plain(note)}</bdi>
        </li>
      ))}
    </ul>
  );
}

/** How intervals were made, once each: the effective n differs from cell to cell. */
export const methodsOf = (
  cells: readonly { readonly ci95: readonly [number, number] | null; readonly interval: string }[],
): string[] => [
  ...new Set(
    cells.flatMap(({ ci95, interval }) =>
      ci95 === null ? [] : [interval.replace(/ effective n [\d.]+$/, ' the effective n')],
    ),
  ),
];
