// Fusion of what a page is to the words and to the picture: peaky evidence in one place counts more than likeness all over.
import type { EvidenceSpread, Retrieved } from '../../../domain/expert.ts';

/** A page as both searches see it; undefined where a search did not return it. */
export interface PageEvidence {
  readonly id: string;
  readonly text?: SideEvidence;
  readonly picture?: SideEvidence;
}

export interface SideEvidence {
  /** Late-interaction similarity of the page with the query. */
  readonly similarity: number;
  /** How the page's own parts share in it; absent where the retriever does not tell. */
  readonly spread?: EvidenceSpread;
}

export interface FusionOptions {
  /** Share of the text side, 0…1; the picture has the rest. Default 0.5. */
  readonly textShare?: number;
  /** How much a peak adds: 0 leaves the kurtosis out. Default 1. */
  readonly peak?: number;
  /** How much the spread of likeness adds. Default 1. */
  readonly deviation?: number;
  /** How much the best single match of the words adds. Default 0.25. */
  readonly maxText?: number;
}

/** Excess kurtosis at which half of the possible bonus for a peak is given. */
const HALF_PEAK = 3;

/**
 * "assumed-peaky-mix". The published fusion mixes both similarities by standard deviation, kurtosis and the greatest
 * text similarity, favouring concentrated evidence; its formula is not published. Here, for each side m of a page,
 *
 *   e_m = max(0, similarity_m) · (1 + deviation · σ_m) · (1 + peak · κ⁺_m / (κ⁺_m + 3)),   κ⁺ = max(0, excess kurtosis),
 *
 * each side over its greatest value among the pages, and
 *
 *   score = textShare · e_text + (1 − textShare) · e_picture + maxText · max(0, greatest likeness of a part to the words).
 *
 * A side that did not return the page adds nothing.
 */
export function fusedPages(
  pages: readonly PageEvidence[],
  { textShare = 0.5, peak = 1, deviation = 1, maxText = 0.25 }: FusionOptions = {},
): { readonly id: string; readonly score: number }[] {
  const strength = (side: SideEvidence | undefined): number => {
    if (side === undefined) return 0;
    const { similarity, spread } = side;
    const kurtosis = Math.max(0, spread?.kurtosis ?? 0);
    const bonus =
      (1 + deviation * (spread?.deviation ?? 0)) * (1 + (peak * kurtosis) / (kurtosis + HALF_PEAK));
    return Math.max(0, similarity) * bonus;
  };
  const texts = pages.map(({ text }) => strength(text));
  const pictures = pages.map(({ picture }) => strength(picture));
  const [mostText, mostPicture] = [Math.max(0, ...texts), Math.max(0, ...pictures)];
  const over = (value: number, most: number): number => (most > 0 ? value / most : 0);
  return pages
    .map(({ id, text }, at) => ({
      id,
      score:
        textShare * over(texts[at], mostText) +
        (1 - textShare) * over(pictures[at], mostPicture) +
        maxText * Math.max(0, text?.spread?.max ?? text?.similarity ?? 0),
    }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

/** Both searches' pages as one list; a page that several searches of one side return keeps its best. */
export function pageEvidence(
  texts: readonly (readonly Retrieved[])[],
  pictures: readonly (readonly Retrieved[])[],
): PageEvidence[] {
  const pages = new Map<string, PageEvidence>();
  const add = (side: 'text' | 'picture', found: readonly Retrieved[]) => {
    for (const { passage, score, spread } of found) {
      const page = pages.get(passage.id) ?? { id: passage.id };
      const before = page[side];
      if (before !== undefined && before.similarity >= score) continue;
      pages.set(passage.id, {
        ...page,
        [side]: { similarity: score, ...(spread === undefined ? {} : { spread }) },
      });
    }
  };
  for (const found of texts) add('text', found);
  for (const found of pictures) add('picture', found);
  return [...pages.values()];
}
