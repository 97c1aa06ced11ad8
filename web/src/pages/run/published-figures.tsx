// The figures of a run over a published benchmark: its metrics, cut by what the release says of its items.
import type { RunDetail, Scored } from '@shapes/scores.ts';
import { useState } from 'react';
import figure from '../../figures/figure.module.css';
import { CsvLink } from '../../parts/csv-link.tsx';
import { Section } from '../../parts/page-head.tsx';
import { plain } from '../../parts/words.ts';
import { CostFigure } from './cost-figure.tsx';
import { type ProtocolName, tableAddress, targets } from './data.ts';
import { FacetFigure } from './facet-figure.tsx';
import { MetricTable } from './metric-table.tsx';
import { methodsOf } from './notes.tsx';
import styles from './run.module.css';

export type PublishedCells = Extract<Scored, { kind: 'published' }>['report'];

export interface PublishedFiguresProps {
  readonly run: RunDetail;
  readonly report: PublishedCells;
  readonly protocol: ProtocolName;
}

export function PublishedFigures({ run, report, protocol }: PublishedFiguresProps) {
  const [compared, setCompared] = useState(false);
  const [reader] = report.readers;
  if (reader === undefined) return null;
  const csv = (table: string): string => tableAddress(run.id, protocol, table);
  const { benchmark, card, notes } = report;
  const methods = methodsOf(reader.overall);
  return (
    <Section
      title="Scores"
      lead={`${plain(benchmark.title)}, mode “${benchmark.mode}”: ${benchmark.items} items of ${benchmark.patients} patients or clusters.`}
      actions={<CsvLink href={csv('cells')} of="All scores" />}
    >
      <MetricTable reader={reader} baselines={report.baselines} run={run.id} protocol={protocol} />
      <div className={figure.grid}>
        <FacetFigure
          run={run}
          protocol={protocol}
          reader={reader}
          target={targets(run.id, protocol)}
          csv={csv('cells')}
        />
        <CostFigure
          run={run}
          protocol={protocol}
          compared={compared}
          onCompare={() => setCompared(true)}
          csv={csv('costs')}
        />
      </div>
      <ul className={styles.notes}>
        {methods.length > 0 && <li>Intervals: {methods.join('; ')}.</li>}
        {card !== undefined && (
          <li>
            Source: {card.source}; licence: {card.licence}.
          </li>
        )}
        {notes.map((note) => (
          <li key={note}>
            <bdi>{plain(note)}</bdi>
          </li>
        ))}
      </ul>
    </Section>
  );
}
