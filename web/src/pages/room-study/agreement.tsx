// How far people (and models) give the same answers: kappa for each pair, one figure for all, in words.
import type { Study } from '@shapes/room.ts';
import type { AgreementResult } from '@shapes/room-results.ts';
import table from '../../parts/table.module.css';
import { plain } from '../../parts/words.ts';
import { agreementSentence, decimals, kappaWords, span } from './plain-words.ts';
import styles from './study.module.css';

export function Agreement(props: { readonly agreement: readonly AgreementResult[]; readonly study: Study }) {
  const { agreement, study } = props;
  const several = study.plan.arms.length > 1;
  const labelOf = (name: string) => plain(study.plan.arms.find((arm) => arm.name === name)?.label ?? name);
  return (
    <section className={styles.part} aria-label="Agreement">
      <h3>Agreement</h3>
      {agreement.length === 0 && (
        <p className={styles.muted}>
          There is nothing to compare yet: two people must have answered the same questions.
        </p>
      )}
      {agreement.map((result) => (
        <div key={result.arm} className={styles.agreement}>
          {several && <h4>{labelOf(result.arm)}</h4>}
          <p>{agreementSentence(result)}</p>
          {result.pairs.length > 0 && <Matrix result={result} />}
          <dl className={styles.figures}>
            <Figure name="Fleiss’ κ, all people" of={result.fleiss} />
            <Figure name="Krippendorff’s α, gaps allowed" of={result.krippendorff} />
            <Figure name="Krippendorff’s α, numbers" of={result.krippendorffNumeric} />
          </dl>
        </div>
      ))}
      {agreement.length > 0 && (
        <p className={styles.muted}>
          κ and α are 1 where all agree and 0 where they agree no more than by chance. The words are those of
          Landis and Koch (1977). Intervals draw whole patients.
        </p>
      )}
    </section>
  );
}

function Figure({ name, of }: { readonly name: string; readonly of: AgreementResult['fleiss'] }) {
  const { value, ci95, units } = of;
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {decimals(value)} {ci95 !== null && <span className={styles.muted}>({span(ci95)})</span>}
        <span className={styles.muted}> over {units} questions</span>
      </dd>
    </div>
  );
}

/** Kappa of each pair; the same pair stands once, below the diagonal. */
function Matrix({ result }: { readonly result: AgreementResult }) {
  const { raters, pairs } = result;
  const pairOf = (one: string, other: string) =>
    pairs.find(({ a, b }) => (a === one && b === other) || (a === other && b === one));
  // Models are compared with each person, and stand below them.
  const models = [...new Set(pairs.map(({ b }) => b).filter((name) => !raters.includes(name)))];
  const rows = [...raters.slice(1), ...models];
  const columns = models.length > 0 ? raters : raters.slice(0, -1);
  return (
    <div className={table.frame}>
      <table className={table.table}>
        <caption className="visually-hidden">Cohen’s kappa of each pair of readers</caption>
        <thead>
          <tr>
            <th scope="col">Cohen’s κ</th>
            {columns.map((rater) => (
              <th key={rater} scope="col">
                {plain(rater)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row}>
              <th scope="row" className={styles.name}>
                {plain(row)}
              </th>
              {columns.map((column, place) => {
                const pair = place <= at ? pairOf(row, column) : undefined;
                if (place > at) return <td key={column} aria-hidden="true" />;
                if (pair === undefined) return <td key={column}>–</td>;
                return (
                  <td key={column}>
                    {pair.kappa === null ? (
                      '–'
                    ) : (
                      <>
                        <strong>{decimals(pair.kappa)}</strong>{' '}
                        {pair.ci95 !== null && <span className={styles.muted}>({span(pair.ci95)})</span>}
                        <span className={styles.line}>
                          {kappaWords(pair.kappa)}
                          {pair.percent === null ? '' : `, same ${Math.round(100 * pair.percent)} %`} of{' '}
                          {pair.units}
                        </span>
                      </>
                    )}
                    {pair.weightedKappa !== null && (
                      <span className={styles.line}>numbers: weighted κ {decimals(pair.weightedKappa)}</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
