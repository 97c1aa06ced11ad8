// The untouched part: read once, at the end, under the base prompt and every prompt that a search chose.
import type { Progress } from '../../domain/progress.ts';
import { type AskedItem, type AskOptions, askItems, type LoadedItem } from '../ask-items.ts';
import { type Gain, gainOf } from './gain.ts';
import type { Objective } from './objective.ts';
import { type Prompt, promptKey, wordingOf } from './prompt.ts';

export interface UntouchedOptions {
  readonly items: readonly LoadedItem[];
  /** The base prompt first. */
  readonly prompts: readonly Prompt[];
  /** Which of the prompts the others are compared with besides the base; 0 for none. */
  readonly baseline: number;
  readonly objective: Objective;
  readonly asking: Omit<AskOptions, 'wording' | 'onItem'>;
  readonly progress: Progress;
}

/** What a prompt does on the untouched part. */
export interface UntouchedValue {
  /** The metric's own value; null where it is not defined. */
  readonly test: number | null;
  /** Over the base prompt. */
  readonly gain: Gain;
  /** Over the baseline's prompt; absent for the baseline itself. */
  readonly against?: Gain;
}

/** A value for each prompt; equal prompts are read once. */
export async function onUntouched(
  options: UntouchedOptions,
): Promise<{ readonly values: UntouchedValue[]; readonly calls: number }> {
  const { items, prompts, baseline, objective, asking, progress } = options;
  const keys = prompts.map(promptKey);
  const distinct = new Map(prompts.map((prompt, at) => [keys[at], prompt]));
  progress.start('test', distinct.size * items.length);
  const read = new Map<string, AskedItem[]>();
  for (const [key, prompt] of distinct) {
    const onItem = () => progress.advance(1);
    read.set(key, await askItems(items, { ...asking, wording: wordingOf(prompt), onItem }));
  }
  progress.finish();
  const rows = (at: number) => read.get(keys[at]) ?? [];
  const over = (a: number, b: number): Gain => {
    const gain = gainOf(rows(a), rows(b), objective, asking.seed);
    if (keys[a] !== keys[b]) return gain;
    // A prompt against itself gains nothing, exactly: no interval of a sample could say it better.
    return { ...gain, ci95: [0, 0], relativeCi95: gain.relative === null ? null : [0, 0] };
  };
  const values = prompts.map((_, at): UntouchedValue => {
    const value = objective.valueOver(rows(at));
    return {
      test: value === null ? null : objective.shown(value),
      gain: over(at, 0),
      ...(baseline === 0 || at === baseline ? {} : { against: over(at, baseline) }),
    };
  });
  return { values, calls: distinct.size * items.length };
}
