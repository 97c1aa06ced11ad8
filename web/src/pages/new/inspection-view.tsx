// What `inspect` found, as a page: format, geometry, labels and what they stand for, what can be asked and what not.
import type { Askable, GeometryShape, InspectionShape } from '@shapes/new.ts';
import { useState } from 'react';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import table from '../../parts/table.module.css';
import { count, plain, STAGE_WORDS, stageColour, words } from '../../parts/words.ts';
import styles from './new.module.css';

const geometryWords = ({ shape, spacing, axes, obliquityDegrees }: GeometryShape): string =>
  `${shape.join(' × ')} voxels of ${spacing.map((mm) => Number(mm.toPrecision(4))).join(' × ')} mm, ${axes}${obliquityDegrees > 0.5 ? `, ${obliquityDegrees}° oblique` : ''}`;

export function InspectionView({ found }: { readonly found: InspectionShape }) {
  const facts = [
    ['Format', [found.format, found.dataType].filter(Boolean).join(', ')],
    ['Layout', found.layout],
    ['Cases', found.cases === undefined ? undefined : count(found.cases)],
    ['Geometry', found.geometry === undefined ? undefined : geometryWords(found.geometry)],
    ...Object.entries(found.facts ?? {}).map(([name, value]) => [words(name), String(value)] as const),
  ].filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
  return (
    <div className={styles.inspection}>
      {facts.length > 0 && (
        <dl className={styles.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{plain(name)}</dt>
              <dd>
                <bdi>{plain(value)}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {found.notes.length > 0 && <Notes notes={found.notes} />}
      {found.askable !== undefined && <AskableView all={found.askable} cases={found.inspected.length} />}
      {found.inspected.length > 0 && (
        <>
          <h3>
            {found.inspected.length === 1
              ? 'The case that was looked into'
              : `The ${found.inspected.length} cases that were looked into`}
          </h3>
          {found.inspected.map((one) => (
            <CaseView key={one.item} one={one} isOpen={found.inspected.length === 1} />
          ))}
        </>
      )}
    </div>
  );
}

const FEW = 5;

function Notes({ notes }: { readonly notes: readonly string[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? notes : notes.slice(0, FEW);
  return (
    <div className={styles.notes}>
      <ul>
        {shown.map((note) => (
          <li key={note}>
            <bdi>{plain(note)}</bdi>
          </li>
        ))}
      </ul>
      {notes.length > FEW && !all && (
        <Button look="quiet" onClick={() => setAll(true)}>
          Show all {count(notes.length)} remarks
        </Button>
      )}
    </div>
  );
}

function AskableView({ all, cases }: { readonly all: readonly Askable[]; readonly cases: number }) {
  const missing = new Map<string, string[]>();
  for (const { type, questions, reason = 'no reason is known' } of all)
    if (questions === 0) missing.set(reason, [...(missing.get(reason) ?? []), type]);
  return (
    <>
      <h3>What can be asked of {cases === 1 ? 'it' : `the first ${cases} cases`}</h3>
      <div className={styles.stages}>
        {Object.entries(STAGE_WORDS).map(([stage, title]) => {
          const types = all.filter((one) => one.stage === stage && one.questions > 0);
          return (
            <section key={stage} className={styles.stage} style={{ borderTopColor: stageColour(stage) }}>
              <h4>{title}</h4>
              {types.length === 0 ? (
                <p className={styles.muted}>Nothing</p>
              ) : (
                <ul>
                  {types.map(({ type, questions }) => (
                    <li key={type}>
                      {words(type)} <span className={styles.muted}>{count(questions)}</span>
                    </li>
                  ))}
                </ul>
              )}
            </section>
          );
        })}
      </div>
      {missing.size > 0 && (
        <details className={styles.missing}>
          <summary>
            What cannot be asked, and why (
            {count([...missing.values()].reduce((n, one) => n + one.length, 0))} types)
          </summary>
          <dl>
            {[...missing].map(([reason, types]) => (
              <div key={reason}>
                <dt>
                  {reason.charAt(0).toUpperCase()}
                  {plain(reason.slice(1))}
                </dt>
                <dd>{types.map(words).join(', ')}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

const MOST_LABELS = 200;

function CaseView({
  one,
  isOpen,
}: {
  readonly one: InspectionShape['inspected'][number];
  readonly isOpen: boolean;
}) {
  const labels = (one.labels ?? []).filter(({ structure, voxels }) => structure === null || voxels > 0);
  return (
    <details className={styles.case} open={isOpen || one.error !== undefined}>
      <summary>
        <bdi>{plain(one.item)}</bdi>{' '}
        {one.error !== undefined ? (
          <Badge tone="bad">Cannot be read</Badge>
        ) : (
          <span className={styles.muted}>
            {count(labels.length)} {labels.length === 1 ? 'label' : 'labels'}
          </span>
        )}
      </summary>
      {one.error !== undefined && (
        <p className={styles.mistake}>
          <bdi>{plain(one.error.message)}</bdi>
        </p>
      )}
      {one.geometry !== undefined && <p>{geometryWords(one.geometry)}</p>}
      {one.error === undefined && (
        <p>
          {one.image
            ? `The scan holds ${one.image.units} from ${count(one.image.minimum)} to ${count(one.image.maximum)}.`
            : 'There are masks only, so nothing can be asked about HU values.'}{' '}
          {one.scheme !== undefined && `Labels were read by the scheme ${one.scheme}.`}
        </p>
      )}
      {labels.length > 0 && (
        <div className={table.frame}>
          <table aria-label="Structures of the masks" className={table.table}>
            <thead>
              <tr>
                <th scope="col" className={table.number}>
                  Value
                </th>
                <th scope="col">Name in the file</th>
                <th scope="col">Stands for</th>
                <th scope="col" className={table.number}>
                  Voxels
                </th>
              </tr>
            </thead>
            <tbody>
              {labels.slice(0, MOST_LABELS).map(({ value, name, structure, voxels }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two layers may hold the same value and name
                <tr key={index}>
                  <td className={table.number}>{value}</td>
                  <td>
                    <bdi>{plain(name ?? '')}</bdi>
                  </td>
                  <td>
                    {structure === null ? <Badge tone="warn">Unknown to the scheme</Badge> : words(structure)}
                  </td>
                  <td className={table.number}>{count(voxels)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {labels.length > MOST_LABELS && (
        <p className={styles.muted}>
          The first {MOST_LABELS} of {count(labels.length)} labels are shown.
        </p>
      )}
      {(one.absent ?? []).length > 0 && (
        <p>Looked for and not there: {(one.absent ?? []).map(words).join(', ')}.</p>
      )}
      {(one.notes ?? []).length > 0 && <Notes notes={[...new Set(one.notes)]} />}
    </details>
  );
}
