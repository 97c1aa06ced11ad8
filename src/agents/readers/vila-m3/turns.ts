// The conversation with experts in it: what an expert says stands in a user turn, and what follows it in the same one.
import type { PromptPart } from '../../../domain/question.ts';
import type { Turn } from '../../strategy.ts';

export interface Entry {
  readonly by: 'user' | 'model' | 'expert';
  readonly content: readonly PromptPart[];
}

/** Turns as they are sent: an expert's entries one after another become one user turn. */
export function turnsOf(entries: readonly Entry[]): Turn[] {
  const turns: { by: Entry['by']; content: PromptPart[] }[] = [];
  for (const { by, content } of entries) {
    const last = turns.at(-1);
    if (by === 'expert' && last?.by === 'expert') last.content.push(...content);
    else turns.push({ by, content: [...content] });
  }
  return turns.map(({ by, content }) => ({ role: by === 'model' ? 'assistant' : 'user', content }));
}

/** What a model is told to do with an expert's result; "" where it only announced a segmentation. */
export function instructionFor(question: string, drawingOnly: boolean): string {
  return drawingOnly ? '' : `Use this result to answer the question.\n${question}`;
}
