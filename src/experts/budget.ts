// Money and token budgets: a request is sent only when its worst case still fits beside those under way.
import { OverreadError } from '../domain/errors.ts';

export interface Amount {
  readonly usd: number;
  readonly tokens: number;
}

export interface BudgetOptions {
  /** Most US dollars to be spent. */
  readonly usd?: number;
  /** Most tokens, input and output together. */
  readonly tokens?: number;
  /** Already spent by earlier sessions of the same run. */
  readonly spent?: Amount;
}

export interface Budget {
  /**
   * Sets `worst` aside, waiting while only requests under way stand against it (they may turn out cheaper).
   * Throws `budget-exhausted` when it cannot fit even once all of them are settled at nothing more.
   */
  reserve(worst: Amount, signal?: AbortSignal): Promise<void> | undefined;
  /** Puts what was set aside back and counts what was really spent. */
  settle(worst: Amount, actual: Amount): void;
  spent(): Amount;
}

interface Waiting {
  readonly worst: Amount;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const shown = (usd: number) => `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;

export function createBudget(options: BudgetOptions = {}): Budget {
  const limit = { usd: options.usd ?? Infinity, tokens: options.tokens ?? Infinity };
  let spent: Amount = options.spent ?? { usd: 0, tokens: 0 };
  let held: Amount = { usd: 0, tokens: 0 };
  let underWay = 0;
  let waiting: Waiting[] = [];

  // A hair of slack: sums of decimal fractions of a cent must not refuse the request that just fits.
  const within = (worst: Amount, beside: Amount) =>
    spent.usd + beside.usd + worst.usd <= limit.usd + 1e-9 &&
    spent.tokens + beside.tokens + worst.tokens <= limit.tokens;
  const fits = (worst: Amount) => within(worst, held);

  function take(worst: Amount): void {
    held = { usd: held.usd + worst.usd, tokens: held.tokens + worst.tokens };
    underWay++;
  }

  function exhausted(worst: Amount): OverreadError {
    const money = spent.usd + worst.usd > limit.usd + 1e-9;
    return new OverreadError(
      'budget-exhausted',
      money
        ? `The budget of ${shown(limit.usd)} is used up (${shown(spent.usd)} spent): raise --max-cost and resume the run.`
        : `The budget of ${limit.tokens} tokens is used up (${spent.tokens} spent): raise budget.tokens and resume the run.`,
      { details: { spentUsd: spent.usd, spentTokens: spent.tokens } },
    );
  }

  /** First come, first served, so that a long question is not passed for ever by short ones. */
  function review(): void {
    while (waiting.length > 0) {
      const [first] = waiting;
      if (fits(first.worst)) {
        take(first.worst);
        first.resolve();
      } else if (underWay === 0) first.reject(exhausted(first.worst));
      else return;
      waiting = waiting.slice(1);
    }
  }

  return {
    reserve(worst, signal) {
      if (waiting.length === 0 && fits(worst)) {
        take(worst);
        return undefined;
      }
      // What is spent never comes back: no wait can make room for this one.
      if (!within(worst, { usd: 0, tokens: 0 })) return Promise.reject(exhausted(worst));
      return new Promise((resolve, reject) => {
        const entry: Waiting = {
          worst,
          resolve: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
          reject: (error) => {
            signal?.removeEventListener('abort', onAbort);
            reject(error);
          },
        };
        const onAbort = () => {
          waiting = waiting.filter((other) => other !== entry);
          reject(signal?.reason);
          review();
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting.push(entry);
        review();
      });
    },
    settle(worst, actual) {
      held = { usd: Math.max(0, held.usd - worst.usd), tokens: held.tokens - worst.tokens };
      underWay--;
      if (underWay === 0) held = { usd: 0, tokens: 0 };
      spent = { usd: spent.usd + actual.usd, tokens: spent.tokens + actual.tokens };
      review();
    },
    spent: () => spent,
  };
}
