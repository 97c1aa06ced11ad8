// How far the people of one arm agree with one another, and each with the models that are compared with.
import { agreementShare, pooledFleiss, pooledKappa, type Rating } from '../../../scoring/agreement/kappa.ts';
import { pooledKrippendorff, type UnitRatings } from '../../../scoring/agreement/krippendorff.ts';
import { clusterReach } from '../../../scoring/cluster-reach.ts';
import type { AgreementResult } from '../shapes/room-results.ts';
import type { Asked } from './result-source.ts';
import type { Track } from './tracks.ts';

/** One question as several readers answered it. */
interface Unit<T> {
  readonly kind: string;
  readonly patient: number;
  readonly said: T;
}

const OPTIONS = { seed: '0', resamples: 500, range: [-1, 1] } as const;

/** What was said, kind by kind. Kinds are looked up, not grouped: a bootstrap does it five hundred times. */
function byKind<T>(units: readonly Unit<T>[]): T[][] {
  const strata = new Map<string, T[]>();
  for (const { kind, said } of units) {
    const own = strata.get(kind);
    if (own === undefined) strata.set(kind, [said]);
    else own.push(said);
  }
  return [...strata.values()];
}

/** A coefficient with the interval of a bootstrap over whole patients. */
function withInterval<T>(units: readonly Unit<T>[], of: (strata: T[][]) => number | null) {
  const clusters = [...Map.groupBy(units, ({ patient }) => patient).values()];
  const value = (some: readonly Unit<T>[]): number | null => of(byKind(some));
  const all = value(units);
  const named = { names: clusters.map((_, at) => String(at)), items: clusters };
  return {
    value: all,
    ci95: all === null ? null : clusterReach(named, value, OPTIONS).ci95,
    units: units.length,
  };
}

/** @param models compared with each person, never among themselves */
export function armAgreement(
  arm: string,
  people: readonly Track[],
  models: readonly Track[],
  asked: Asked,
): AgreementResult {
  const pairs = people.flatMap((a, i) => [...people.slice(i + 1), ...models].map((b) => pairOf(a, b, asked)));
  const gathered = (wanted: 'label' | 'number'): Unit<UnitRatings>[] =>
    asked.questions.map(({ id, kind, patient }) => ({
      kind,
      patient,
      said: people.flatMap(({ said }) => {
        const value = said.get(id);
        return (typeof value === 'number') === (wanted === 'number') && value !== undefined ? [value] : [];
      }),
    }));
  const labels = gathered('label').filter(({ said }) => said.length >= 2);
  const whole = labels.filter(({ said }) => said.length === people.length);
  const numbers = gathered('number').filter(({ said }) => said.length >= 2);
  return {
    arm,
    raters: people.map(({ name }) => name),
    pairs,
    fleiss: withInterval(whole, (strata) => pooledFleiss(strata as Rating[][][])),
    krippendorff: withInterval(labels, (strata) => pooledKrippendorff(strata, 'nominal')),
    krippendorffNumeric: withInterval(numbers, (strata) =>
      meanOver(strata, (own) => pooledKrippendorff([own], 'interval')),
    ),
  };
}

function pairOf(a: Track, b: Track, asked: Asked): AgreementResult['pairs'][number] {
  const both = asked.questions.flatMap(({ id, kind, patient }) => {
    const [first, second] = [a.said.get(id), b.said.get(id)];
    return first === undefined || second === undefined || typeof first !== typeof second
      ? []
      : [{ kind, patient, said: [first, second] as const }];
  });
  const labels = both.filter(({ said: [first] }) => typeof first === 'string');
  const numbers = both.filter(({ said: [first] }) => typeof first === 'number');
  const kappa = withInterval(labels, (strata) => pooledKappa(strata));
  return {
    a: a.name,
    b: b.name,
    units: both.length,
    percent: agreementShare(both.map(({ said }) => said)),
    kappa: kappa.value,
    ci95: kappa.ci95,
    weightedKappa: meanOver(byKind(numbers), (own) => pooledKappa([own], { weights: 'quadratic' })),
  };
}

/** Kinds of question have units of their own, which must not outweigh one another: the mean by their size. */
function meanOver<T>(strata: readonly T[][], of: (own: T[]) => number | null): number | null {
  let [sum, weight] = [0, 0];
  for (const own of strata) {
    const value = of(own);
    if (value === null) continue;
    sum += value * own.length;
    weight += own.length;
  }
  return weight === 0 ? null : sum / weight;
}
