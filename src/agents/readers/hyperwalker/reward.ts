// The walker's reward: near the query, unlike one another, and not far to go for.
import { likeness } from './embed.ts';

export interface Walked {
  /** Unit vectors of what was selected. */
  readonly selected: readonly Float32Array[];
  /** Unit vector. */
  readonly query: Float32Array;
  /** Steps along a chain, and hops through hyperedges, of the walk. */
  readonly depth: number;
  readonly hops: number;
}

/**
 * 0.4·mean cos(query, selected) + 0.3·(1 − mean pairwise cos) − 0.1·depth/5 − 0.2·hops/5; −1 when nothing is selected.
 * One node alone is unlike nothing: its second term is 0 (assumed). Nothing is trained by it here.
 */
export function rewardOf({ selected, query, depth, hops }: Walked): number {
  if (selected.length === 0) return -1;
  const near = selected.reduce((sum, vector) => sum + likeness(query, vector), 0) / selected.length;
  let alike = 0;
  let pairs = 0;
  for (let a = 0; a < selected.length; a++)
    for (let b = a + 1; b < selected.length; b++) {
      alike += likeness(selected[a], selected[b]);
      pairs++;
    }
  const unlike = pairs === 0 ? 0 : 1 - alike / pairs;
  return 0.4 * near + 0.3 * unlike - (0.1 * depth) / 5 - (0.2 * hops) / 5;
}
