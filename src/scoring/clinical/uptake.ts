// FDG uptake by organ out of Chinese PET/CT reports: increased, decreased, absent or normal, by rules.
import type { Summary } from '../metric.ts';

/** The paper names nineteen organs and does not release its extractor: this choice of them is ours. */
export const UPTAKE_ORGANS = [
  ...['brain', 'eyes', 'nasopharynx', 'tonsils', 'larynx', 'salivary glands', 'thyroid', 'lymph nodes'],
  ...['lungs', 'heart', 'oesophagus', 'liver', 'gallbladder', 'pancreas', 'spleen', 'kidneys', 'stomach'],
  ...['bowel', 'bone'],
] as const;
export type UptakeOrgan = (typeof UPTAKE_ORGANS)[number];

export const ABNORMAL_UPTAKE = ['increased', 'decreased', 'absent'] as const;
export type AbnormalUptake = (typeof ABNORMAL_UPTAKE)[number];
export type Uptake = AbnormalUptake | 'normal';

/**
 * Words for organs, longer ones before those that they contain; "other" is a place that is none of the nineteen and yet
 * ends what was said of the one before it.
 */
const WORDS: readonly (readonly [RegExp, UptakeOrgan | 'other'])[] = [
  [/淋巴结/, 'lymph nodes'],
  [/肾上腺|胸膜|胸腔|腹腔|盆腔|腹膜后|门静脉|门腔间隙|肝胃间隙|肠系膜|纵隔|肺门|肝门|脾门|大网膜/, 'other'],
  [
    /膀胱|前列腺|子宫|卵巢|附件|精囊|睾丸|输尿管|乳腺|皮下|肌肉|血管|动脉|静脉|鼻窦|筛窦|上颌窦|颈深间隙/,
    'other',
  ],
  [/鼻咽|咽隐窝/, 'nasopharynx'],
  [/扁桃体|口咽/, 'tonsils'],
  [/喉/, 'larynx'],
  [/腮腺|颌下腺|唾液腺|涎腺/, 'salivary glands'],
  [/甲状腺/, 'thyroid'],
  [/大脑|小脑|脑/, 'brain'],
  [/眼/, 'eyes'],
  [/肺/, 'lungs'],
  [/心影|心脏|心肌|左室/, 'heart'],
  [/食管|食道/, 'oesophagus'],
  [/胆囊/, 'gallbladder'],
  [/胆管/, 'other'],
  [/肝/, 'liver'],
  [/胰/, 'pancreas'],
  [/脾/, 'spleen'],
  [/肾/, 'kidneys'],
  [/胃/, 'stomach'],
  [/肠/, 'bowel'],
  [/骨|脊柱|椎/, 'bone'],
];
const ORGAN = new RegExp(WORDS.map(([{ source }]) => `(${source})`).join('|'), 'g');

const UPTAKE = '(?:FDG|摄取|代谢|放射性)';
const CLOSE = '[^，。；、]{0,14}?';
const NONE = '(?:未见|未|无|没有)[^，。；]{0,6}';

const increased = new RegExp(
  `${UPTAKE}${CLOSE}(?:增高|升高|增强|增加|浓聚)|(?:增高|升高|增强|浓聚)(?:的)?(?:FDG)?(?:摄取|代谢)`,
);
const decreased = new RegExp(
  `${UPTAKE}${CLOSE}(?:减低|降低|减少|稀疏|减弱)|(?:减低|降低)(?:的)?(?:FDG)?(?:摄取|代谢)`,
);
const absent = new RegExp(
  `${UPTAKE}${CLOSE}(?:缺失|缺损)|(?:未见|无)(?:明显)?(?:FDG)?(?:摄取|代谢)(?!未|异|增|减)`,
);
const denied = new RegExp(`${NONE}(?:异常|增高|升高|增强|增加|浓聚|减低|降低|缺损|缺失)`);
const normal = /正常|生理性|均匀/;

/** What a clause says of uptake; undefined when it does not speak of it. */
function uptakeOf(clause: string): Uptake | undefined {
  if (!new RegExp(UPTAKE).test(clause)) return undefined;
  if (denied.test(clause)) return 'normal';
  if (increased.test(clause)) return 'increased';
  if (decreased.test(clause)) return 'decreased';
  if (absent.test(clause)) return 'absent';
  return normal.test(clause) ? 'normal' : undefined;
}

function organsIn(clause: string): (UptakeOrgan | 'other')[] {
  return [...clause.matchAll(ORGAN)].map(
    (match) => WORDS[match.slice(1).findIndex((group) => group !== undefined)][1],
  );
}

/**
 * Uptake of each organ in the findings of a report: a clause about uptake speaks of the organs it names, else of those
 * named last. An organ that is abnormal anywhere is abnormal (increased before decreased before absent); one of which
 * nothing is said is normal. The conclusion (影像诊断) is left out, and so are a template's brackets.
 */
export function uptakeIn(report: string): Readonly<Record<UptakeOrgan, Uptake>> {
  const found = Object.fromEntries(UPTAKE_ORGANS.map((organ) => [organ, 'normal'])) as Record<
    UptakeOrgan,
    Uptake
  >;
  const findings = report
    .normalize('NFKC')
    .split(/影像诊断|诊断意见|印象[::]/)[0]
    .replace(/[[\]【】\s]/g, '')
    .replaceAll(',', '，')
    .replaceAll(';', '；')
    .replace(/\.(?!\d)/g, '。');
  let last: (UptakeOrgan | 'other')[] = [];
  for (const clause of findings.split(/[，。；]/)) {
    const organs = organsIn(clause);
    if (organs.length > 0) last = organs;
    const uptake = uptakeOf(clause);
    if (uptake === undefined || uptake === 'normal') continue;
    for (const organ of last) {
      if (organ === 'other') continue;
      const known = found[organ];
      if (known === 'normal' || ABNORMAL_UPTAKE.indexOf(uptake) < ABNORMAL_UPTAKE.indexOf(known))
        found[organ] = uptake;
    }
  }
  return found;
}

/** Counts over one report's organs, by abnormal state: right, said, true. */
export type UptakeItem = Readonly<
  Record<AbnormalUptake, readonly [both: number, said: number, wanted: number]>
>;

/** Compares two reports; undefined stands for a reader that said nothing. */
export function uptakeItem(said: string | undefined, wanted: string): UptakeItem {
  const truth = uptakeIn(wanted);
  const claim = said === undefined ? undefined : uptakeIn(said);
  const count = (state: AbnormalUptake): readonly [number, number, number] => {
    const organs = (of: typeof truth | undefined) => UPTAKE_ORGANS.filter((organ) => of?.[organ] === state);
    const own = new Set(organs(claim));
    const right = organs(truth);
    return [right.filter((organ) => own.has(organ)).length, own.size, right.length];
  };
  return { increased: count('increased'), decreased: count('decreased'), absent: count('absent') };
}

export interface UptakeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Means over the abnormal states that occur in either report; null when none does. */
export function uptakeScore(items: readonly UptakeItem[]): UptakeScore | null {
  const states = ABNORMAL_UPTAKE.flatMap((state) => {
    let [both, said, wanted] = [0, 0, 0];
    for (const item of items) {
      both += item[state][0];
      said += item[state][1];
      wanted += item[state][2];
    }
    if (said + wanted === 0) return [];
    const precision = said === 0 ? 0 : both / said;
    const recall = wanted === 0 ? 0 : both / wanted;
    return [{ precision, recall, f1: (2 * both) / (said + wanted) }];
  });
  if (states.length === 0) return null;
  const mean = (part: keyof UptakeScore) => states.reduce((sum, one) => sum + one[part], 0) / states.length;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

/** Precision, recall and F1 of uptake as summaries, F1 first. */
export function uptakeSummaries<Item>(pick: (item: Item) => UptakeItem): Summary<Item>[] {
  return (['f1', 'precision', 'recall'] as const).map((part) => ({
    id: `uptake-${part}`,
    summary: `macro ${part} of increased, decreased and absent uptake over ${UPTAKE_ORGANS.length} organs, by rules`,
    better: 'higher',
    range: [0, 1],
    of: (items) => uptakeScore(items.map(pick))?.[part] ?? null,
  }));
}
