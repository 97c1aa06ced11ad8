// Two sets of findings compared over reports: macro and micro F1, and each label by itself.
import type { Summary } from '../metric.ts';
import { FINDINGS, type Finding } from './finding-patterns.ts';

/** Labels as bits, in the order of FINDINGS: what a text claims and what is true. */
export interface FindingItem {
  readonly said: number;
  readonly wanted: number;
}

/** Findings as bits in the order of FINDINGS. */
export function findingBits(found: ReadonlySet<Finding>): number {
  return FINDINGS.reduce((bits, finding, at) => (found.has(finding) ? bits | (1 << at) : bits), 0);
}

export interface LabelScore {
  readonly both: number;
  readonly said: number;
  readonly wanted: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** null where nobody speaks of the label. */
  readonly f1: number | null;
}

function scoreOf(both: number, said: number, wanted: number): LabelScore {
  return {
    ...{ both, said, wanted },
    precision: said === 0 ? null : both / said,
    recall: wanted === 0 ? null : both / wanted,
    f1: said + wanted === 0 ? null : (2 * both) / (said + wanted),
  };
}

/** One label over reports. */
export function labelScore(items: readonly FindingItem[], finding: Finding): LabelScore {
  const bit = 1 << FINDINGS.indexOf(finding);
  let [both, said, wanted] = [0, 0, 0];
  for (const item of items) {
    said += item.said & bit ? 1 : 0;
    wanted += item.wanted & bit ? 1 : 0;
    both += item.said & item.wanted & bit ? 1 : 0;
  }
  return scoreOf(both, said, wanted);
}

/** Mean F1 of the labels that are true of some report; null when none is. */
export function findingsMacroF1(items: readonly FindingItem[]): number | null {
  const known = FINDINGS.map((finding) => labelScore(items, finding)).filter(({ wanted }) => wanted > 0);
  return known.length === 0 ? null : known.reduce((sum, { f1 }) => sum + (f1 ?? 0), 0) / known.length;
}

/** F1 of all labels of all reports taken together, "No Finding" left out; null when nobody speaks of any. */
export function findingsMicroF1(items: readonly FindingItem[]): number | null {
  let [both, said, wanted] = [0, 0, 0];
  for (const finding of FINDINGS) {
    if (finding === 'No Finding') continue;
    const one = labelScore(items, finding);
    both += one.both;
    said += one.said;
    wanted += one.wanted;
  }
  return scoreOf(both, said, wanted).f1;
}

/** Macro and micro F1 as summaries of items that hold findings. */
export function findingSummaries<Item>(pick: (item: Item) => FindingItem): Summary<Item>[] {
  const summary = (id: string, about: string, of: (items: readonly FindingItem[]) => number | null) => ({
    ...{ id, summary: about, better: 'higher' as const, range: [0, 1] as const },
    of: (items: readonly Item[]) => of(items.map(pick)),
  });
  return [
    summary(
      'findings-macro-f1',
      'mean F1 of the findings that occur, of fourteen, by rules',
      findingsMacroF1,
    ),
    summary('findings-micro-f1', 'F1 of all findings but "No Finding", by rules', findingsMicroF1),
  ];
}
