// The attending's policy as a table: what to answer on each pattern of specialists' answers, learnt from easy to hard.
import { random } from '../../../domain/random.ts';

export const STRATA = ['easy', 'medium', 'hard'] as const;
export type Stratum = (typeof STRATA)[number];

/** A specialist's class, or null where none could be read. */
export type Vote = number | null;

export interface Consultation {
  readonly votes: readonly Vote[];
  /** Known while learning and scoring; nobody who reads has it. */
  readonly truth: number;
}

/** By the share s of specialists that are right: easy s = 1, medium 0 < s < 1, hard s = 0. */
export function stratumOf({ votes, truth }: Consultation): Stratum {
  const right = votes.filter((vote) => vote === truth).length;
  return right === 0 ? 'hard' : right === votes.length ? 'easy' : 'medium';
}

/** The class with most votes; ties go to the earliest specialist among them. Null without a vote. */
export function majorityOf(votes: readonly Vote[]): number | null {
  const read = votes.filter((vote): vote is number => vote !== null);
  let best: number | null = null;
  let most = 0;
  for (const vote of read) {
    const count = read.filter((other) => other === vote).length;
    if (count > most) [best, most] = [vote, count];
  }
  return best;
}

export interface AttendingPolicy {
  readonly format: 'overread-attending';
  readonly classes: readonly string[];
  /** Specialists whose answers the patterns are of. */
  readonly specialists: number;
  /** Pattern of votes ("0,2,-") → class. Patterns that are not here are decided by majority. */
  readonly table: Readonly<Record<string, number>>;
}

export const patternOf = (votes: readonly Vote[]): string => votes.map((vote) => vote ?? '-').join(',');

/** What the policy answers; null only where no specialist could be read and the pattern was never met. */
export function decide(policy: AttendingPolicy, votes: readonly Vote[]): number | null {
  return policy.table[patternOf(votes)] ?? majorityOf(votes);
}

export interface CurriculumOptions {
  readonly classes: readonly string[];
  readonly seed: string;
  /** Passes over each stratum, in order. Default 20. */
  readonly passes?: number;
  /** Step size. Default 0.5. */
  readonly rate?: number;
  /** Answers drawn for each consultation, among which they are compared. Default 8. */
  readonly group?: number;
  /** Weight of the entropy in each stratum: none where specialists agree, most where all are wrong. */
  readonly entropy?: Readonly<Record<Stratum, number>>;
}

export const DEFAULT_ENTROPY: Readonly<Record<Stratum, number>> = { easy: 0, medium: 0.01, hard: 0.1 };

/** Reward: 0.5 for the form, 1 for being right. A malformed answer has neither. */
export function rewardOf(answer: number | 'malformed', truth: number): number {
  if (answer === 'malformed') return 0;
  return 0.5 + (answer === truth ? 1 : 0);
}

/**
 * Policy gradient on a table, group-relative: for each consultation some answers are drawn, and those that earn more
 * than the group's mean become likelier. Strata are learnt in the order easy, medium, hard, each with its entropy
 * weight. The attending begins by following the votes. The same seed gives the same table.
 */
export function learnAttending(
  consultations: readonly Consultation[],
  { classes, seed, passes = 20, rate = 0.5, group = 8, entropy = DEFAULT_ENTROPY }: CurriculumOptions,
): AttendingPolicy {
  const count = classes.length;
  const rng = random(seed, 'attending');
  const logits = new Map<string, Float64Array>();
  const row = (votes: readonly Vote[]): Float64Array => {
    const pattern = patternOf(votes);
    const known = logits.get(pattern);
    if (known !== undefined) return known;
    // One more answer than classes: the malformed one.
    const fresh = new Float64Array(count + 1);
    for (const vote of votes) if (vote !== null) fresh[vote] += 1;
    logits.set(pattern, fresh);
    return fresh;
  };
  for (const stratum of STRATA) {
    const own = consultations.filter((each) => stratumOf(each) === stratum);
    for (let pass = 0; pass < passes; pass++)
      for (const { votes, truth } of rng.shuffle(own)) {
        const values = row(votes);
        const chances = softmax(values);
        const drawn = Array.from({ length: group }, () => draw(chances, rng.next()));
        const rewards = drawn.map((answer) => rewardOf(answer === count ? 'malformed' : answer, truth));
        const mean = rewards.reduce((sum, reward) => sum + reward, 0) / group;
        const spread = Math.sqrt(rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / group);
        const step = new Float64Array(count + 1);
        if (spread > 0)
          drawn.forEach((answer, at) => {
            const advantage = (rewards[at] - mean) / spread / group;
            for (let c = 0; c <= count; c++) step[c] += advantage * ((c === answer ? 1 : 0) - chances[c]);
          });
        const disorder = -chances.reduce((sum, p) => sum + p * Math.log(p), 0);
        for (let c = 0; c <= count; c++)
          // ∂H/∂logit = −p (log p + H).
          values[c] += rate * (step[c] - entropy[stratum] * chances[c] * (Math.log(chances[c]) + disorder));
      }
  }
  const specialists = consultations[0]?.votes.length ?? 0;
  const table = Object.fromEntries(
    [...logits]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([pattern, values]) => [pattern, largest(values.subarray(0, count))]),
  );
  return { format: 'overread-attending', classes: [...classes], specialists, table };
}

function softmax(values: Float64Array): Float64Array {
  const top = Math.max(...values);
  const powers = values.map((value) => Math.exp(Math.max(-30, value - top)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function draw(chances: Float64Array, at: number): number {
  let left = at;
  for (let c = 0; c < chances.length; c++) {
    left -= chances[c];
    if (left < 0) return c;
  }
  return chances.length - 1;
}

function largest(values: Float64Array): number {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
}
