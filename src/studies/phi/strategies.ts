// Where vision tokens are masked, as regions of the page: a zeroed token is the square of pixels that it stands for.
import type { Box } from '../../privacy/ocr.ts';
import { PAGE_PIXELS } from '../../privacy/statements/layouts.ts';

/** A masking place of the paper (V3–V9): which tokens it zeroes, as squares of a 1024-pixel page. */
export interface MaskingStrategy {
  readonly id: string;
  readonly place: string;
  /** Sides of the squares in pixels; with two of them a pixel is hidden when a token of either covers it. */
  readonly tokenPixels: readonly number[];
}

/**
 * The paper's encoder sees 1024² pixels as 64² patches of 16 pixels, which a convolution joins to 16² tokens of 64
 * pixels. Assumed here: zeroing a token takes away exactly its own square. In the network the neighbours know of it
 * through attention, and no picture can show that; places on one grid are therefore one and the same picture.
 */
export const STRATEGIES: readonly MaskingStrategy[] = [
  { id: 'v3', place: 'early encoder, first blocks', tokenPixels: [16] },
  { id: 'v4', place: 'early encoder, middle blocks', tokenPixels: [16] },
  { id: 'v5', place: 'early encoder, last blocks', tokenPixels: [16] },
  { id: 'v6', place: 'compression', tokenPixels: [64] },
  { id: 'v7', place: 'both encoders', tokenPixels: [16, 64] },
  { id: 'v8', place: 'after compression', tokenPixels: [64] },
  { id: 'v9', place: 'projector', tokenPixels: [64] },
];

/** Which tokens count as lying in a box. */
export type Cover = 'overlap' | 'centre';

export interface TokenOptions {
  /** "overlap": every token that the box touches; "centre": those whose centre lies in it. */
  readonly cover: Cover;
  /** Further tokens on each side of those. */
  readonly radius: number;
}

/** The squares of the tokens that boxes zero, on a page of 1024 × 1024 pixels. */
export function tokenRegions(
  boxes: readonly Box[],
  { tokenPixels }: Pick<MaskingStrategy, 'tokenPixels'>,
  { cover, radius }: TokenOptions,
): Box[] {
  const regions: Box[] = [];
  for (const side of tokenPixels) {
    const count = PAGE_PIXELS / side;
    const seen = new Set<number>();
    for (const box of boxes) {
      const columns = tokensAlong(box.left, box.right, side, cover);
      const rows = tokensAlong(box.top, box.bottom, side, cover);
      // A box that holds no token's centre zeroes none, and dilating none gives none.
      if (columns === undefined || rows === undefined) continue;
      for (let r = Math.max(0, rows[0] - radius); r <= Math.min(count - 1, rows[1] + radius); r++)
        for (let c = Math.max(0, columns[0] - radius); c <= Math.min(count - 1, columns[1] + radius); c++)
          seen.add(r * count + c);
    }
    for (const token of [...seen].sort((a, b) => a - b)) {
      const [left, top] = [(token % count) * side, Math.floor(token / count) * side];
      regions.push({ left, top, right: left + side, bottom: top + side });
    }
  }
  return regions;
}

/** First and last token along an axis that the stretch from `low` to `high` (exclusive) takes. */
function tokensAlong(low: number, high: number, side: number, cover: Cover): [number, number] | undefined {
  const [first, last] =
    cover === 'overlap'
      ? [Math.floor(low / side), Math.ceil(high / side) - 1]
      : [Math.ceil(low / side - 0.5), Math.ceil(high / side - 0.5) - 1];
  return last < first ? undefined : [first, last];
}
