// Which pictures go into which grid: tiers, kinds, and cases drawn so that no picture comes back before all had a turn.
import { type Random, random } from '../../../domain/random.ts';
import type { Protocol } from '../../../domain/report.ts';
import type { Side } from '../../published/medobvious/tasks.ts';
import type { GridPicture } from './sources.ts';

export const TIERS = ['v1', 'v2', 'v3', 'v4', 'v5'] as const;
export type Tier = (typeof TIERS)[number];

export const TIER_ABOUT: Readonly<Record<Tier, string>> = {
  v1: '2 × 2, another modality among CT, MR and radiographs',
  v2: '2 × 2, a modality of another family, such as ultrasound',
  v3: '3 × 3, another modality',
  v4: '2 × 2, another anatomy or view',
  v5: '2 × 2, a finding among normal pictures',
};

export const sideOf = (tier: Tier): Side => (tier === 'v3' ? 3 : 2);

/** Modalities beyond CT, MR and radiographs, in any case and as part of a longer name. */
export const BROAD = [
  'ultrasound',
  'sonography',
  'endoscopy',
  'microscopy',
  'histology',
  'pathology',
  'dermoscopy',
  'photograph',
  'fundus',
  'oct',
  'pet',
];
export const NORMAL = ['normal', 'no finding', 'healthy', 'clean'];

export interface PlanOptions {
  readonly tiers: readonly Tier[];
  /** Cases of each tier in each split. */
  readonly cases: number;
  readonly protocol: Protocol;
  readonly seed: string;
  readonly broad: readonly string[];
  readonly normal: readonly string[];
}

export interface PlannedCase {
  readonly tier: Tier;
  readonly split: GridPicture['split'];
  /** Within its tier, from 0. */
  readonly n: number;
  readonly oddKind: string;
  readonly commonKind: string;
  /** In reading order; the odd one at `oddAt`. */
  readonly tiles: readonly GridPicture[];
  readonly oddAt: number;
  readonly boxAt: number;
  /** Tiles of the grid without an odd one. */
  readonly alike: readonly GridPicture[];
}

interface Kind {
  readonly labels: GridPicture['labels'];
  readonly pictures: readonly GridPicture[];
}

const words = (text: string): string => text.trim().toLowerCase();

/** Where a user's word is part of a label as whole words. */
const isOne = (label: string, list: readonly string[]): boolean =>
  list.some((one) => ` ${words(label).replace(/[^\p{L}\p{N}]+/gu, ' ')} `.includes(` ${words(one)} `));

/** What pictures of a kind show, as far as the tier asks: "ultrasound", "chest radiograph", "malignant (breast ultrasound)". */
function nameOf({ modality, anatomy, view, finding }: GridPicture['labels'], tier: Tier): string {
  const body = [anatomy, view].filter((part) => part !== undefined).join(' ');
  const whole = [body, modality].filter((part) => part !== undefined && part !== '').join(' ');
  if (tier === 'v4') return whole;
  if (tier === 'v5') return whole === '' ? String(finding) : `${finding} (${whole})`;
  return String(modality);
}

/** The labels by which a tier tells kinds apart. Whatever else is known must agree in a strict grid too. */
function kindKey(labels: GridPicture['labels'], tier: Tier, protocol: Protocol): string | undefined {
  const { modality, anatomy, view, finding } = labels;
  const own =
    tier === 'v4'
      ? anatomy === undefined && view === undefined
        ? undefined
        : [modality, anatomy, view]
      : tier === 'v5'
        ? finding === undefined
          ? undefined
          : [modality, anatomy, view, finding]
        : modality === undefined
          ? undefined
          : [modality];
  if (own === undefined) return undefined;
  return JSON.stringify(protocol === 'strict' ? [modality, anatomy, view, finding] : own);
}

/** Whether a tile of `odd` is the odd one among tiles of `common` in this tier. */
function isOdd(odd: Kind, common: Kind, tier: Tier, { broad, normal, protocol }: PlanOptions): boolean {
  const [a, b] = [odd.labels, common.labels];
  const same = (label: keyof typeof a) => words(a[label] ?? '') === words(b[label] ?? '');
  if (tier === 'v5') {
    const [odder, usual] = [a.finding ?? '', b.finding ?? ''];
    return (
      ['modality', 'anatomy', 'view'].every((label) => same(label as keyof typeof a)) &&
      isOne(usual, normal) &&
      !isOne(odder, normal)
    );
  }
  if (tier === 'v4')
    return (!same('anatomy') || !same('view')) && (protocol === 'published' || same('modality'));
  if (same('modality')) return false;
  const isBroad = [a, b].some(({ modality = '' }) => isOne(modality, broad));
  return tier === 'v3' || (tier === 'v2') === isBroad;
}

/** Deals cards round and round, shuffled anew each time; `take` never deals one that is in `without`. */
function deck<T>(cards: readonly T[], rng: Random): { take(without?: ReadonlySet<T>): T | undefined } {
  let left: T[] = [];
  return {
    take(without) {
      for (let round = 0; round < 2; round++) {
        const at = left.findIndex((card) => without?.has(card) !== true);
        if (at >= 0) return left.splice(at, 1)[0];
        // What was passed over stays in front, so that it has its turn before the rest comes again.
        left = [...left, ...rng.shuffle(cards)];
      }
      return undefined;
    },
  };
}

export interface Plan {
  readonly cases: readonly PlannedCase[];
  /** Reason → how often. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** Cases of every tier and split that the pictures can support. The same pictures and seed give the same plan. */
export function planGrids(pictures: readonly GridPicture[], options: PlanOptions): Plan {
  const cases: PlannedCase[] = [];
  const skipped = new Map<string, number>();
  for (const tier of options.tiers) {
    let n = 0;
    for (const split of ['train', 'validation', 'test'] as const) {
      const own = pictures.filter((picture) => picture.split === split);
      if (own.length === 0) continue;
      const made = tierCases(own, tier, options, random(options.seed, 'medobvious', tier, split));
      for (const one of made) cases.push({ ...one, tier, split, n: n++ });
      if (made.length === 0) {
        const reason = `${tier} (${TIER_ABOUT[tier]}): the pictures of the split ${split} have no two kinds for it, one of them with ${sideOf(tier) ** 2} pictures`;
        skipped.set(reason, options.cases);
      }
    }
  }
  return { cases, skipped };
}

function kindsOf(pictures: readonly GridPicture[], tier: Tier, protocol: Protocol): Map<string, Kind> {
  const kinds = new Map<string, { labels: GridPicture['labels']; pictures: GridPicture[] }>();
  for (const picture of pictures) {
    const key = kindKey(picture.labels, tier, protocol);
    if (key === undefined) continue;
    const kind = kinds.get(key) ?? { labels: picture.labels, pictures: [] };
    kinds.set(key, kind);
    kind.pictures.push(picture);
  }
  return kinds;
}

function tierCases(
  pictures: readonly GridPicture[],
  tier: Tier,
  options: PlanOptions,
  rng: Random,
): Omit<PlannedCase, 'tier' | 'split' | 'n'>[] {
  const tiles = sideOf(tier) ** 2;
  const kinds = [...kindsOf(pictures, tier, options.protocol).values()];
  const commons = kinds.filter(({ pictures: own }) => own.length >= tiles);
  // Pairs of names, so that a kind split up by labels that the tier does not ask about is not drawn more often.
  const pairs = new Map<string, { common: Kind; odd: Kind }[]>();
  for (const common of commons)
    for (const odd of kinds) {
      if (!isOdd(odd, common, tier, options)) continue;
      const name = `${nameOf(odd.labels, tier)}\n${nameOf(common.labels, tier)}`;
      pairs.set(name, [...(pairs.get(name) ?? []), { common, odd }]);
    }
  if (pairs.size === 0) return [];
  const decks = new Map(kinds.map((kind) => [kind, deck(kind.pictures, rng)]));
  const names = deck([...pairs.keys()], rng);
  const within = new Map([...pairs].map(([name, own]) => [name, deck(own, rng)]));
  const places = Array.from({ length: tiles }, (_, at) => at);
  const oddPlaces = deck(places, rng);
  const boxPlaces = deck(places, rng);
  const made: Omit<PlannedCase, 'tier' | 'split' | 'n'>[] = [];
  for (let n = 0; n < options.cases; n++) {
    const pair = within.get(names.take() ?? '')?.take();
    const oddAt = oddPlaces.take() ?? 0;
    const boxAt = boxPlaces.take(new Set([oddAt])) ?? 0;
    if (pair === undefined) break;
    const { common, odd } = pair;
    const [usual, unusual] = [decks.get(common), decks.get(odd)];
    const used = new Set<GridPicture>();
    const draw = (count: number): GridPicture[] =>
      Array.from({ length: count }, () => {
        const one = usual?.take(used);
        if (one === undefined) throw new RangeError('a kind has fewer pictures than it was counted with');
        used.add(one);
        return one;
      });
    const shown = draw(tiles - 1);
    // Fresh tiles for the grid without an odd one, as long as there are enough.
    if (common.pictures.length < 2 * tiles - 1) used.clear();
    const alike = draw(tiles);
    const oddTile = unusual?.take();
    if (oddTile === undefined) break;
    made.push({
      oddKind: nameOf(odd.labels, tier),
      commonKind: nameOf(common.labels, tier),
      tiles: [...shown.slice(0, oddAt), oddTile, ...shown.slice(oddAt)],
      ...{ oddAt, boxAt, alike },
    });
  }
  return made;
}
