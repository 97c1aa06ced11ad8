// Look-up in a criteria set: the released keyword scoring with its faults, or this project's own ranking.
import type { CriteriaSet, Criterion } from './criterion.ts';

export interface LookupResult {
  readonly text: string;
  readonly source: string;
  readonly criterion?: Criterion;
}

const NOTHING: LookupResult = { text: 'No entry of the knowledge base matches this query.', source: 'N/A' };

/**
 * The one or two best entries for a query; one entry without a criterion when nothing matches.
 * The second is given when its score is at least half of the first's; ties keep the set's order.
 */
export function lookupKnowledge(query: string, set: CriteriaSet): { results: LookupResult[] } {
  const score = set.matching === 'published' ? publishedScore : strictScore;
  const ranked = set.criteria
    .map((criterion) => ({ criterion, score: score(query, criterion) }))
    .filter((entry) => entry.score > 0)
    .sort((a, b) => b.score - a.score);
  const [first, second] = ranked;
  if (first === undefined) return { results: [NOTHING] };
  const kept = second !== undefined && second.score >= first.score / 2 ? [first, second] : [first];
  return {
    results: kept.map(({ criterion }) => ({
      text: criterion.statement,
      source: criterion.source,
      criterion,
    })),
  };
}

/**
 * As released: keywords that are substrings of the lower-cased query, plus query words that equal a keyword.
 * Keywords with capitals ("L/S", "LI-RADS", "T1") can therefore never match; kept for parity.
 */
function publishedScore(query: string, { keywords }: Criterion): number {
  const lower = query.toLowerCase();
  const words = new Set(lower.split(/\s+/).filter((word) => word !== ''));
  const contained = keywords.filter((keyword) => lower.includes(keyword)).length;
  const equal = new Set(keywords.filter((keyword) => words.has(keyword))).size;
  return contained + equal;
}

const EXACT = 1000;
const STOP = new Set([
  'the',
  'and',
  'for',
  'with',
  'from',
  'what',
  'which',
  'how',
  'are',
  'does',
  'was',
  'has',
]);

/** Lower-case words and numbers; "L/S" becomes "l/s", hyphens part words. */
function words(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+(?:\/[\p{L}\p{N}]+)*/gu) ?? []).filter((w) => !STOP.has(w));
}

/** Words that say the same here, and the plural. */
function stem(word: string): string {
  const american = word.replace(/tumour/, 'tumor').replace(/staging|staged|stages/, 'stage');
  return american.length > 3 ? american.replace(/(?<!s)s$/, '') : american;
}

function strictScore(query: string, criterion: Criterion): number {
  const asked = words(query).map(stem);
  if (asked.length === 0) return 0;
  const phrase = ` ${asked.join(' ')} `;
  const normal = (text: string) => ` ${words(text).map(stem).join(' ')} `;
  const title = normal(criterion.title);
  const id = normal(criterion.id);
  if (phrase === title || phrase === id) return EXACT;
  const keywords = criterion.keywords.map(normal);
  const statement = normal(criterion.statement);
  let score = 0;
  for (const word of new Set(asked)) {
    const whole = ` ${word} `;
    if (title.includes(whole) || id.includes(whole)) score += 3;
    if (keywords.includes(whole)) score += 2;
    else if (word.length > 3 && statement.includes(whole)) score += 0.5;
  }
  for (const keyword of keywords) if (keyword.trim().includes(' ') && phrase.includes(keyword)) score += 2;
  // A rule that is about fewer other things is the better answer among equals.
  return score === 0 ? 0 : score - title.trim().split(' ').length / 100;
}
