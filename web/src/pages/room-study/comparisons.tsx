// Arms against each other, and people against models, over readers and cases at once.
import type { Study } from '@shapes/room.ts';
import type { ComparisonResult, TestResult } from '@shapes/room-results.ts';
import table from '../../parts/table.module.css';
import { count, percent, plain } from '../../parts/words.ts';
import { comparisonSentence, decimals, pWords, span } from './plain-words.ts';
import styles from './study.module.css';

export function Comparisons(props: {
  readonly comparisons: readonly ComparisonResult[];
  readonly study: Study;
}) {
  const { comparisons, study } = props;
  if (comparisons.length === 0)
    return study.plan.arms.length > 1 ? (
      <section className={styles.part} aria-label="Comparisons">
        <h3>Comparisons</h3>
        <p className={styles.muted}>There is nothing to compare until somebody has answered in two arms.</p>
      </section>
    ) : null;
  const labelOf = (name: string) => plain(study.plan.arms.find((arm) => arm.name === name)?.label ?? name);
  return (
    <section className={styles.part} aria-label="Comparisons">
      <h3>Comparisons</h3>
      <p className={styles.muted}>
        Many readers, many cases (Obuchowski and Rockette): both the readers and the patients are taken as a
        draw of more like them, so that the interval holds for others too.
      </p>
      {[...Map.groupBy(comparisons, ({ a, b }) => `${a} ${b}`)].map(([key, results]) => (
        <Pair key={key} results={results.map((one) => ({ ...one, a: labelOf(one.a), b: labelOf(one.b) }))} />
      ))}
    </section>
  );
}

/** Two arms, or an arm and a model: by their scores, and by the area under the ROC curve where there is one. */
function Pair({ results }: { readonly results: readonly ComparisonResult[] }) {
  const [first] = results;
  if (first === undefined) return null;
  const whys = new Set(
    results.flatMap(({ difference, why }) => (difference === null && why !== null ? [why] : [])),
  );
  const shown = results.filter(({ difference }) => difference !== null);
  return (
    <div className={styles.agreement}>
      <h4>
        {first.a} against {first.b}
      </h4>
      {shown.map((result) => (
        <Comparison key={result.figure} result={result} />
      ))}
      {[...whys].map((why) => (
        <p key={why}>{plain(why)}</p>
      ))}
    </div>
  );
}

function Comparison({ result }: { readonly result: ComparisonResult }) {
  const { figure, a, b, valueA, valueB, byReader, readers, patients, questions } = result;
  const value = (of: number | null) => (figure === 'auc' ? decimals(of, 3) : percent(of));
  const rows: readonly (readonly [string, TestResult | null])[] = [
    ['Other readers, other patients', result.randomReadersRandomCases],
    ['These readers, other patients', result.fixedReadersRandomCases],
    ['Other readers, these patients', result.randomReadersFixedCases],
  ];
  const tests = rows.flatMap(([name, test]) => (test === null ? [] : [{ name, test }]));
  return (
    <div className={styles.agreement}>
      <p>{comparisonSentence(result)}</p>
      {tests.length > 0 && (
        <div className={table.frame}>
          <table aria-label="What the difference holds for" className={table.table}>
            <thead>
              <tr>
                <th scope="col">Holds for</th>
                <th scope="col">{a}</th>
                <th scope="col">{b}</th>
                <th scope="col">Difference</th>
                <th scope="col">95 % interval</th>
                <th scope="col">p</th>
                <th scope="col">df</th>
                <th scope="col">Readers</th>
                <th scope="col">Patients</th>
                <th scope="col">Questions</th>
              </tr>
            </thead>
            <tbody>
              {tests.map(({ name, test }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className={table.number}>{value(valueA)}</td>
                  <td className={table.number}>{value(valueB)}</td>
                  <td className={table.number}>{differenceOf(result)}</td>
                  <td>{figure === 'auc' ? span(test.ci95, 3) : span(perCent(test.ci95), 1)}</td>
                  <td className={table.number}>{pWords(test.p)}</td>
                  <td className={table.number}>{decimals(test.df, 1)}</td>
                  <td className={table.number}>{count(readers)}</td>
                  <td className={table.number}>{count(patients)}</td>
                  <td className={table.number}>{count(questions)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {byReader.length > 0 && (
        <details>
          <summary>Reader by reader</summary>
          <div className={table.frame}>
            <table aria-label="Difference reader by reader" className={table.table}>
              <thead>
                <tr>
                  <th scope="col">Reader</th>
                  <th scope="col">{a}</th>
                  <th scope="col">{b}</th>
                  <th scope="col">Difference</th>
                </tr>
              </thead>
              <tbody>
                {byReader.map((row) => (
                  <tr key={row.name}>
                    <th scope="row">{plain(row.name)}</th>
                    <td className={table.number}>{value(row.a)}</td>
                    <td className={table.number}>{value(row.b)}</td>
                    <td className={table.number}>{differenceOf({ ...row, figure })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </div>
  );
}

const perCent = ([low, high]: readonly [number, number]): readonly [number, number] => [
  100 * low,
  100 * high,
];

function differenceOf({
  difference,
  figure,
}: {
  difference: number | null;
  figure: 'score' | 'auc';
}): string {
  if (difference === null) return '–';
  const sign = difference > 0 ? '+' : '';
  return figure === 'auc' ? `${sign}${decimals(difference, 3)}` : `${sign}${decimals(100 * difference, 1)}`;
}
