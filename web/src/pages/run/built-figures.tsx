// The figures of a run over a built benchmark: stages, types, ladder, causes, cost, confidence.
import type { RunDetail, Scored } from '@shapes/scores.ts';
import { useState } from 'react';
import figure from '../../figures/figure.module.css';
import { CsvLink } from '../../parts/csv-link.tsx';
import { Section } from '../../parts/page-head.tsx';
import { CauseFigure } from './cause-figure.tsx';
import { ConfidenceFigures } from './confidence-figures.tsx';
import { CostFigure } from './cost-figure.tsx';
import { type ProtocolName, tableAddress, targets } from './data.ts';
import { LadderFigure } from './ladder-figure.tsx';
import { Notes } from './notes.tsx';
import { StageFigure } from './stage-figure.tsx';
import { TypeFigure } from './type-figure.tsx';

export type BuiltReport = Extract<Scored, { kind: 'built' }>['report'];
export type ReaderCells = BuiltReport['readers'][number];

export interface BuiltFiguresProps {
  readonly run: RunDetail;
  readonly report: BuiltReport;
  readonly protocol: ProtocolName;
  /** The run that climbed the ladder, when it is not this one. */
  readonly ladder: string | undefined;
}

export function BuiltFigures({ run, report, protocol, ladder }: BuiltFiguresProps) {
  const [compared, setCompared] = useState(false);
  const [reader] = report.readers;
  const csv = (table: string): string => tableAddress(run.id, protocol, table);
  const own = targets(run.id, protocol);
  return (
    <Section
      title="Scores"
      lead="Every mark leads to its reads. Intervals are 95 % and cluster by patient."
      actions={<CsvLink href={csv('cells')} of="All scores" />}
    >
      <div className={figure.grid}>
        {reader !== undefined && (
          <>
            <StageFigure run={run} reader={reader} target={own} csv={csv('cells')} />
            {reader.errors !== null && (
              <CauseFigure run={run} errors={reader.errors} target={own} csv={csv('errors')} />
            )}
            <CostFigure
              run={run}
              protocol={protocol}
              compared={compared}
              onCompare={() => setCompared(true)}
              csv={csv('costs')}
            />
          </>
        )}
        {report.ladder.length > 0 && (
          <LadderFigure
            run={run}
            rungs={report.ladder}
            target={targets(run.kind === 'ladder' ? run.id : (ladder ?? run.id), protocol)}
            csv={csv('ladder')}
          />
        )}
        {reader?.calibration != null && (
          <ConfidenceFigures run={run} calibration={reader.calibration} target={own} csv={csv} />
        )}
      </div>
      {reader !== undefined && (
        <TypeFigure run={run} protocol={protocol} reader={reader} target={own} csv={csv('cells')} />
      )}
      <Notes report={report} reader={reader} />
    </Section>
  );
}
