// Slice order: some of an item's pictures exchange places; what it says about one patient in sequence is lost.
import { random } from '../../domain/random.ts';
import type { Perturbation } from '../perturbation.ts';

const sliceOrder: Perturbation = {
  id: 'slice-order',
  summary: 'pictures of one item in another order',
  severityOf: 'share of the pictures that exchange places',
  range: [0, 1],
  levels: [0.5, 1],
  monotone: true,
  pictures: 2,
  apply(rasters, severity, seed) {
    const moved = Math.round(severity * rasters.length);
    if (moved < 2) return rasters;
    const rng = random(seed, 'slice-order');
    const places = rng.shuffle([...rasters.keys()]).slice(0, moved);
    // A cycle through the chosen places: none of them keeps its picture.
    const out = [...rasters];
    for (const [nth, place] of places.entries()) out[places[(nth + 1) % moved]] = rasters[place];
    return out;
  },
};
export default sliceOrder;
