// Prompt candidates, the same for every model: one default, and system prompts times sampled formats; example sets besides.
import type { PromptPart } from '../../domain/question.ts';
import { random } from '../../domain/random.ts';
import type { Worded } from '../ask-items.ts';
import type { ChoiceItem } from './choice-items.ts';
import { DEFAULT_TEMPLATE, renderChoice, SYSTEM_PROMPTS, sampleTemplates, type Template } from './grammar.ts';

export interface Candidate {
  readonly system: string;
  readonly template: Template;
  /** Solved examples shown before the question. */
  readonly examples: readonly ChoiceItem[];
}

export interface CandidateOptions {
  /** System prompts that are combined with formats. Default 3. */
  readonly systems?: number;
  /** Formats sampled for each system prompt, besides the default one. Default 10. */
  readonly templates?: number;
  readonly seed: string;
}

export const DEFAULT_CANDIDATE: Candidate = {
  system: SYSTEM_PROMPTS[0],
  template: DEFAULT_TEMPLATE,
  examples: [],
};

/** 1 + systems × (1 + templates) zero-shot candidates; with the defaults 34. */
export function zeroShotCandidates({ systems = 3, templates = 10, seed }: CandidateOptions): Candidate[] {
  const rng = random(seed, 'prompt-candidates');
  const chosen = rng.shuffle(SYSTEM_PROMPTS.slice(1)).slice(0, systems);
  return [
    DEFAULT_CANDIDATE,
    ...chosen.flatMap((system) =>
      [DEFAULT_TEMPLATE, ...sampleTemplates(rng.fork(system), templates)].map((template) => ({
        system,
        template,
        examples: [],
      })),
    ),
  ];
}

/** Sets of `shots` training examples, of different clusters, under the format that won without examples. */
export function fewShotCandidates(
  best: Candidate,
  train: readonly ChoiceItem[],
  { shots, sets = 10, seed }: { readonly shots: number; readonly sets?: number; readonly seed: string },
): Candidate[] {
  return Array.from({ length: sets }, (_, nth) => {
    const clusters = new Set<string>();
    const examples: ChoiceItem[] = [];
    for (const example of random(seed, 'example-set', String(nth)).shuffle(train)) {
      if (examples.length === shots) break;
      const { patientId } = example.item.question;
      if (clusters.has(patientId)) continue;
      clusters.add(patientId);
      examples.push(example);
    }
    return { ...best, examples };
  });
}

const picturesOf = ({ item }: ChoiceItem): PromptPart[] =>
  (item.question.prompt ?? []).filter((part) => part.type === 'image');

/** A question under a candidate: examples with their pictures, then its own pictures and words. */
export function wordedBy(candidate: Candidate, asked: ChoiceItem): Worded {
  const { system, template, examples } = candidate;
  const text = (one: ChoiceItem, key?: string) =>
    renderChoice({ question: one.item.question.text, options: one.options }, template, key);
  const prompt: PromptPart[] = [
    ...examples.flatMap((example): PromptPart[] => [
      ...picturesOf(example),
      { type: 'text', text: text(example, example.key) },
    ]),
    ...picturesOf(asked),
    { type: 'text', text: text(asked) },
  ];
  return {
    question: { ...asked.item.question, options: [...asked.options], system, prompt },
    ...(examples.length === 0
      ? {}
      : {
          demonstrated: examples.map((example) => ({
            patientId: example.item.question.patientId,
            pictures: picturesOf(example).flatMap((part) => (part.type === 'image' ? [part.hash] : [])),
          })),
        }),
  };
}
