// The paper's score: a share of categories, not of instances.

/**
 * Categories removed by masking, and of the rest the share that a filter of the given effect is taken to remove:
 * (removed + effect × (categories − removed)) / categories.
 * @param effect 0 for masking alone; the paper supposes 0.8 for its hybrid
 */
export function categoryScore(removed: number, categories: number, effect = 0): number {
  return (removed + effect * (categories - removed)) / categories;
}

/** The score from what was seen of each category: one counts as removed when its exact value is on no page. */
export function categoriesRemoved(
  leaks: ReadonlyMap<string, number>,
  categories: readonly string[],
): string[] {
  return categories.filter((category) => leaks.get(category) === 0);
}
