// The gold chain of a key: each step with what it yields, the rule it used, and the place in the scan.
import { type Place, viewOf } from '@shapes/place.ts';
import type { KeyStep } from '@shapes/questions.ts';
import { scanFacts } from '@shapes/scan.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { get } from '../../api/client.ts';
import { Button, classOf } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { shortId } from '../../parts/secret-id.tsx';
import { plain } from '../../parts/words.ts';
import { ScanViewer } from '../../viewer/scan-viewer.tsx';
import { shownUnit, structureName, valueText, words } from './names.ts';
import styles from './question-pane.module.css';

const VERBS = { segment: 'Segment', measure: 'Measure', knowledge: 'Look up', compare: 'Compare' } as const;

export interface EvidenceChainProps {
  readonly benchmark: string;
  readonly caseId: string;
  readonly steps: readonly KeyStep[];
  /** The case's files lie here. */
  readonly viewable: boolean;
}

export function EvidenceChain({ benchmark, caseId, steps, viewable }: EvidenceChainProps) {
  const [open, setOpen] = useState<number>();
  const shown = open === undefined ? undefined : steps[open];
  return (
    <>
      <ol className={styles.chain}>
        {steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a chain is a sequence, its steps have no other name
          <li key={at} className={styles.step}>
            <span className={styles.number} aria-hidden="true">
              {at + 1}
            </span>
            <div className={styles.stepBody}>
              <span className={styles.statement}>
                <bdi>{plain(step.statement)}</bdi>
              </span>
              <span className={styles.call}>{callOf(step)}</span>
              {step.rule !== undefined && (
                <div className={styles.rule}>
                  <strong>{step.rule.title}.</strong> {step.rule.statement}
                  <br />
                  Source: {step.rule.source}
                  {step.rule.assumed !== undefined && ` (${step.rule.assumed})`}
                </div>
              )}
              {step.rule === undefined && step.criterion !== undefined && (
                <span className={styles.call}>
                  Rule {plain(words(step.criterion.id))}, {plain(step.criterion.set)}{' '}
                  {plain(step.criterion.version)}
                </span>
              )}
              {viewable && step.place !== null && (
                <Button
                  look="quiet"
                  className={styles.see}
                  aria-label={`See it in the scan: step ${at + 1}`}
                  onClick={() => setOpen(at)}
                >
                  See it in the scan
                </Button>
              )}
            </div>
          </li>
        ))}
      </ol>
      {shown !== undefined && shown.place !== null && open !== undefined && (
        <Dialog
          open
          onClose={() => setOpen(undefined)}
          size="wide"
          title={`Step ${open + 1}: ${VERBS[shown.primitive].toLowerCase()}`}
          lead={plain(shown.statement)}
          actions={
            <>
              <Button
                disabled={nextWith(steps, open, -1) === undefined}
                onClick={() => setOpen(nextWith(steps, open, -1))}
              >
                Previous step
              </Button>
              <Button
                disabled={nextWith(steps, open, 1) === undefined}
                onClick={() => setOpen(nextWith(steps, open, 1))}
              >
                Next step
              </Button>
              <Link
                to="/benchmarks/$benchmark/cases/$case"
                params={{ benchmark, case: caseId }}
                className={classOf('primary')}
              >
                Open the case
              </Link>
            </>
          }
        >
          <StepViewer benchmark={benchmark} caseId={caseId} place={shown.place} />
        </Dialog>
      )}
    </>
  );
}

/** The next step in a direction that has a place. */
function nextWith(steps: readonly KeyStep[], from: number, by: 1 | -1): number | undefined {
  for (let at = from + by; at >= 0 && at < steps.length; at += by) if (steps[at].place !== null) return at;
  return undefined;
}

function StepViewer(props: { readonly benchmark: string; readonly caseId: string; readonly place: Place }) {
  const { benchmark, caseId, place } = props;
  const base = `/api/benchmarks/${benchmark}/cases/${encodeURIComponent(caseId)}`;
  const facts = useQuery({
    queryKey: ['benchmarks', benchmark, 'scan', caseId],
    queryFn: ({ signal }) => get(`${base}/scan`, scanFacts, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const view = useMemo(
    () => (facts.data === undefined ? undefined : viewOf(place, facts.data)),
    [facts.data, place],
  );
  if (facts.isError) return <Problem error={facts.error} title="The scan cannot be shown" />;
  if (view === undefined) return <Loading what="Opening the scan" />;
  return (
    <div className={styles.viewer}>
      <ScanViewer base={base} label={`Case ${shortId(caseId)}`} focus={view.focus} marks={view.reader} />
    </div>
  );
}

function callOf(step: KeyStep): string {
  const given = Object.values(step.arguments ?? {}).map((value) => plain(structureName(value)));
  const unit = step.unit === undefined || step.unit === '1' ? '' : ` ${plain(shownUnit(step.unit))}`;
  const yields = `${plain(valueText(step.value)).slice(0, 300)}${unit}`;
  return `${VERBS[step.primitive]}${given.length === 0 ? '' : `: ${given.join(', ')}`} → ${yields}`;
}
