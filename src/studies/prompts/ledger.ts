// The ledger of one search: every call to a model, read or proposal, is counted against the same number for all optimisers.
import { chat } from '../../agents/chat.ts';
import type { Reader } from '../../domain/reader.ts';
import type { ChatModel } from '../../experts/chat-model.ts';
import { type AskedItem, type AskOptions, askItems } from '../ask-items.ts';
import type { Objective, StudyItem } from './objective.ts';
import { type Prompt, promptKey, wordingOf } from './prompt.ts';

/** One item read under one prompt. */
export interface Trial {
  readonly item: StudyItem;
  readonly asked: AskedItem;
  /** More is better; null where the metric leaves the item out. */
  readonly score: number | null;
  /** Good enough to be shown as a solved example. */
  readonly passed: boolean;
}

export interface Spending {
  /** Calls that count against the limit: distinct reads and proposals, from the cache or not. */
  readonly calls: number;
  readonly reads: number;
  readonly proposals: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars spent now, replies from the cache being free; undefined when a model has no price. */
  readonly costUsd: number | undefined;
  /** Calls that the cache answered. */
  readonly cached: number;
  /** Reads that failed; they are wrong answers to the metric. */
  readonly failed: number;
}

/** Says that what was asked for does not fit into what is left: a search ends by it, and nothing is wrong. */
export class OutOfCalls extends Error {}

export interface Ledger {
  left(): number;
  /** Calls that reading these items would take: those read before under the prompt take none. */
  needed(prompt: Prompt, items: readonly StudyItem[], sample?: number): number;
  /**
   * Reads items under a prompt, all of them or none (`OutOfCalls`). `sample` above 0 asks anew, at temperature 1, for
   * replies that differ.
   */
  read(prompt: Prompt, items: readonly StudyItem[], sample?: number): Promise<Trial[]>;
  /** Asks the proposing model for words. `about`: the items whose texts the request shows. Throws `OutOfCalls`. */
  propose(request: string, about: readonly StudyItem[]): Promise<string>;
  spent(): Spending;
}

export interface LedgerOptions {
  readonly calls: number;
  readonly objective: Objective;
  /** How items are asked, without reader and wording. */
  readonly asking: Omit<AskOptions, 'reader' | 'wording' | 'repeat' | 'onItem'>;
  readonly reader: Reader;
  /** The same at temperature 1. */
  readonly warm: Reader;
  readonly proposer: ChatModel;
  readonly onCall?: (count: number) => void;
}

export function createLedger(options: LedgerOptions): Ledger {
  const { asking, objective } = options;
  const known = new Map<string, Trial>();
  const spending = { reads: 0, proposals: 0, inputTokens: 0, outputTokens: 0, cached: 0, failed: 0 };
  let costUsd: number | undefined = 0;
  const calls = () => spending.reads + spending.proposals;
  const left = () => options.calls - calls();
  const keyOf = (prompt: string, item: StudyItem, sample: number) =>
    `${prompt}/${item.question.id}/${sample}`;
  const note = (usage: AskedItem['usage'], cached: boolean, cost: number | undefined) => {
    spending.inputTokens += usage.inputTokens;
    spending.outputTokens += usage.outputTokens;
    if (cached) spending.cached++;
    costUsd = costUsd === undefined || cost === undefined ? undefined : costUsd + cost;
    options.onCall?.(1);
  };

  function missing(prompt: Prompt, items: readonly StudyItem[], sample: number): StudyItem[] {
    const key = promptKey(prompt);
    const distinct = new Map(items.map((item) => [keyOf(key, item, sample), item]));
    return [...distinct].flatMap(([name, item]) => (known.has(name) ? [] : [item]));
  }

  return {
    left,
    needed: (prompt, items, sample = 0) => missing(prompt, items, sample).length,
    async read(prompt, items, sample = 0) {
      const fresh = missing(prompt, items, sample);
      if (fresh.length > left()) throw new OutOfCalls();
      const key = promptKey(prompt);
      spending.reads += fresh.length;
      const asked = await askItems(fresh, {
        ...asking,
        reader: sample === 0 ? options.reader : options.warm,
        repeat: sample,
        wording: wordingOf(prompt),
        onItem: ({ usage, cached, costUsd: cost }) => note(usage, cached, cost),
      });
      asked.forEach((one, at) => {
        const item = fresh[at];
        if (one.status === 'failed') spending.failed++;
        const score = objective.scoreOf(one);
        known.set(keyOf(key, item, sample), {
          item,
          asked: one,
          score,
          passed: objective.passes(score, item),
        });
      });
      return items.flatMap((item) => known.get(keyOf(key, item, sample)) ?? []);
    },
    async propose(request, about) {
      if (left() < 1) throw new OutOfCalls();
      const nth = spending.proposals++;
      const [first = '', ...others] = [...new Set(about.map(({ question }) => question.patientId))];
      const reply = await chat(options.proposer, {
        prompt: [{ role: 'user', content: [{ type: 'text', text: request }] }],
        signal: asking.signal,
        temperature: 1,
        maxOutputTokens: 1024,
        about: { patientId: first, alsoOf: others, repeat: nth },
      });
      note(reply.usage, reply.cached, reply.costUsd);
      return reply.text;
    },
    spent: () => ({ calls: calls(), ...spending, costUsd }),
  };
}
