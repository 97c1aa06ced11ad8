// From pages to shares: what each way of hiding leaves readable, by category, with intervals over pages.
import type { MetricCell } from '../../domain/report.ts';
import { FIELD_IDS, type FieldId, PUBLISHED_FIELDS } from '../../privacy/statements/statement.ts';
import { meanOf, type Summary } from '../../scoring/metric.ts';
import { type MeasuredItem, metricCells } from '../../scoring/metric-cells.ts';
import type { PageResult } from './measure.ts';
import { categoriesRemoved, categoryScore } from './published-score.ts';

export interface ArmReport {
  readonly arm: string;
  readonly hybrid: boolean;
  readonly pages: number;
  readonly instances: number;
  /** Share of identifiers whose exact value is in no text read from their page. */
  readonly removed: MetricCell;
  /** The same for the value up to case, punctuation and look-alikes, and for near matches. */
  readonly removedNormalised: MetricCell;
  readonly removedNear: MetricCell;
  /** Share of identifiers of which nine tenths are painted over, whoever reads the page. */
  readonly painted: MetricCell;
  /** Share of each field's values that are readable exactly. */
  readonly leaked: Readonly<Partial<Record<FieldId, MetricCell>>>;
  /** Amounts and procedure codes still there. */
  readonly kept: MetricCell;
  /** Of the paper's seven categories, those of which no page leaks an exact value; and its score, in 0…1. */
  readonly categoriesRemoved: readonly string[];
  readonly categoryScore: number;
}

interface Instance {
  readonly exact: number;
  readonly normalised: number;
  readonly near: number;
  readonly covered: number;
}

const REMOVED: Summary<Instance> = meanOf(
  { id: 'removed', summary: 'exact value not in the text' },
  (i) => 1 - i.exact,
);
const REMOVED_NORMALISED: Summary<Instance> = meanOf(
  { id: 'removed-normalised', summary: 'value not in the text, up to case, punctuation and look-alikes' },
  (i) => 1 - i.normalised,
);
const REMOVED_NEAR: Summary<Instance> = meanOf(
  { id: 'removed-near', summary: 'nothing in the text within a fifth of the value' },
  (i) => 1 - i.near,
);
const PAINTED: Summary<Instance> = meanOf(
  { id: 'painted', summary: 'at least nine tenths of the value’s boxes painted over' },
  (i) => Number(i.covered >= 0.9),
);
const LEAKED: Summary<Instance> = meanOf(
  { id: 'leaked', summary: 'exact value in the text', better: 'lower' },
  (i) => i.exact,
);
const KEPT: Summary<{ share: number }> = meanOf(
  { id: 'kept', summary: 'amounts and codes in the text' },
  (p) => p.share,
);

/** One report per arm, masked alone and as a hybrid, in the order in which arms come. */
export function armReports(results: readonly PageResult[], seed: string): ArmReport[] {
  const groups = new Map<string, PageResult[]>();
  for (const result of results) {
    const key = `${result.arm}\u0000${result.hybrid}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  return [...groups.values()].map((group) => reportOf(group, seed));
}

function reportOf(group: readonly PageResult[], seed: string): ArmReport {
  const { arm, hybrid } = group[0];
  const options = { protocol: 'strict', seed: `${seed}/${arm}/${hybrid}` } as const;
  const rows = group.flatMap(({ page, fields }) =>
    fields.map(({ field, exact, normalised, near, covered }) => ({
      field,
      row: measured(page, field, {
        exact: Number(exact),
        normalised: Number(normalised),
        near: Number(near),
        covered,
      }),
    })),
  );
  const [removed, removedNormalised, removedNear, paintedOver] = metricCells(
    rows.map(({ row }) => row),
    [REMOVED, REMOVED_NORMALISED, REMOVED_NEAR, PAINTED],
    options,
  );
  const leaked: Partial<Record<FieldId, MetricCell>> = {};
  const counts = new Map<string, number>();
  for (const id of FIELD_IDS) {
    const own = rows.filter(({ field }) => field === id);
    if (own.length === 0) continue;
    [leaked[id]] = metricCells(
      own.map(({ row }) => row),
      [LEAKED],
      options,
    );
    counts.set(
      id,
      own.reduce((sum, { row }) => sum + (row.item?.exact ?? 0), 0),
    );
  }
  const [kept] = metricCells(
    group.map(({ page, kept: there, keep }) =>
      measured(page, 'kept', { share: keep === 0 ? 1 : there / keep }),
    ),
    [KEPT],
    options,
  );
  const gone = categoriesRemoved(counts, PUBLISHED_FIELDS);
  return {
    arm,
    hybrid,
    pages: group.length,
    instances: rows.length,
    removed,
    removedNormalised,
    removedNear,
    painted: paintedOver,
    leaked,
    kept,
    categoriesRemoved: gone,
    categoryScore: categoryScore(gone.length, PUBLISHED_FIELDS.length),
  };
}

function measured<Item>(page: string, what: string, item: Item): MeasuredItem<Item> {
  return { questionId: `${page}/${what}`, cluster: page, outcome: 'scored', item };
}
