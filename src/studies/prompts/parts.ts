// Training, validation and test: no picture, patient or document (whatever statistics cluster by) is in two of them.
import type { PublishedRecord } from '../../benchmarks/published.ts';
import { OverreadError } from '../../domain/errors.ts';
import { random } from '../../domain/random.ts';

export type PartName = 'train' | 'validation' | 'test';

export type Parts = Readonly<Record<PartName, readonly PublishedRecord<unknown>[]>>;

export interface PartOptions {
  readonly benchmark: string;
  /** "release": as the release splits its items; "divide": all items cut anew, by cluster. */
  readonly parts: 'release' | 'divide';
  /** Items of each part at most. */
  readonly limits: Readonly<Record<PartName, number>>;
  readonly seed: string;
  /** Take clusters whole: for metrics that score sets of items. Default false: items of as many clusters as there are. */
  readonly whole?: boolean;
}

/** Fewer items than this cannot tell one prompt from another. */
export const LEAST: Readonly<Record<PartName, number>> = { train: 8, validation: 8, test: 20 };

/** Shares of the clusters when all items are cut anew; the same shares part training from validation. */
const DIVIDED = { test: 0.5, validation: 0.25 } as const;

/**
 * The parts. Clusters of the test part are taken out of the others, and those of the validation part out of training:
 * many releases ask about the same pictures everywhere. Errors: `bad-argument` when a part is missing or too small.
 */
export function partsOf(records: readonly PublishedRecord<unknown>[], options: PartOptions): Parts {
  const { benchmark, parts, limits, seed, whole = false } = options;
  const split = (name: PartName) =>
    parts === 'divide' ? [] : records.filter(({ item }) => item.split === name);
  let [train, validation, test] = [split('train'), split('validation'), split('test')];
  if (parts === 'divide') ({ train, validation, test } = divided(records, seed));
  else {
    if (test.length === 0 || train.length + validation.length === 0)
      throw new OverreadError(
        'bad-argument',
        `${benchmark} has no ${test.length === 0 ? 'test' : 'training'} part here: add --parts divide to cut all its items into training, validation and test by cluster.`,
      );
    validation = without(validation, test);
    train = without(without(train, test), validation);
    if (validation.length === 0) [validation, train] = cut(train, 0.5, `${seed}/validation`);
    else if (train.length === 0) [train, validation] = cut(validation, 0.5, `${seed}/train`);
  }
  const chosen = {
    train: sample(train, limits.train, `${seed}/train`, whole),
    validation: sample(validation, limits.validation, `${seed}/validation`, whole),
    test: sample(test, limits.test, `${seed}/test`, whole),
  };
  for (const name of ['train', 'validation', 'test'] as const) {
    const found = chosen[name].length;
    if (found < LEAST[name])
      throw new OverreadError(
        'bad-argument',
        `${benchmark} leaves ${found} items for the ${name} part and ${LEAST[name]} are needed: give more data, or cut them otherwise with --parts.`,
      );
  }
  if (clustersOf(chosen.test).size < 2)
    throw new OverreadError(
      'bad-argument',
      `The test part of ${benchmark} is one cluster, so no interval can be given: give more data.`,
    );
  return chosen;
}

export function clustersOf(records: readonly PublishedRecord<unknown>[]): ReadonlySet<string> {
  return new Set(records.map(({ item }) => item.patientId));
}

function without(
  records: readonly PublishedRecord<unknown>[],
  others: readonly PublishedRecord<unknown>[],
): PublishedRecord<unknown>[] {
  const taken = clustersOf(others);
  return records.filter(({ item }) => !taken.has(item.patientId));
}

function divided(records: readonly PublishedRecord<unknown>[], seed: string) {
  const [test, rest] = cut(records, DIVIDED.test, `${seed}/test`);
  const [validation, train] = cut(rest, DIVIDED.validation / (1 - DIVIDED.test), `${seed}/validation`);
  return { train, validation, test };
}

/** Whole clusters, drawn until they hold the share of the items, and the rest. */
function cut(
  records: readonly PublishedRecord<unknown>[],
  share: number,
  seed: string,
): [PublishedRecord<unknown>[], PublishedRecord<unknown>[]] {
  const byCluster = Map.groupBy(records, ({ item }) => item.patientId);
  const order = random(seed, 'parts').shuffle([...byCluster.keys()].sort());
  const first = new Set<string>();
  let count = 0;
  for (const cluster of order) {
    if (count >= share * records.length) break;
    first.add(cluster);
    count += byCluster.get(cluster)?.length ?? 0;
  }
  return [
    records.filter(({ item }) => first.has(item.patientId)),
    records.filter(({ item }) => !first.has(item.patientId)),
  ];
}

/** At most `limit` items: whole clusters as far as they fit, or items spread over as many clusters as there are. */
function sample(
  records: readonly PublishedRecord<unknown>[],
  limit: number,
  seed: string,
  whole: boolean,
): PublishedRecord<unknown>[] {
  if (records.length <= limit) return [...records];
  const rng = random(seed, 'sample');
  const queues = rng.shuffle(
    [...Map.groupBy(records, ({ item }) => item.patientId).values()].map((own) => rng.shuffle(own)),
  );
  const chosen = new Set<PublishedRecord<unknown>>();
  if (whole) {
    for (const own of queues)
      if (chosen.size + own.length <= limit) for (const record of own) chosen.add(record);
    return records.filter((record) => chosen.has(record));
  }
  for (let round = 0; chosen.size < limit; round++)
    for (const own of queues) if (round < own.length && chosen.size < limit) chosen.add(own[round]);
  return records.filter((record) => chosen.has(record));
}
