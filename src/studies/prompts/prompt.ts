// A prompt: an instruction and solved examples that are put before a question in its released words.
import { contentHash } from '../../domain/content-hash.ts';
import type { PromptPart, Question } from '../../domain/question.ts';
import type { Wording } from '../ask-items.ts';

/** A solved item as it is shown. */
export interface Demo {
  readonly questionId: string;
  readonly patientId: string;
  readonly parts: readonly PromptPart[];
  readonly reply: string;
}

export interface Prompt {
  /** "" for none. */
  readonly instruction: string;
  readonly demos: readonly Demo[];
}

export function demoOf({ id, patientId, prompt = [] }: Question, reply: string): Demo {
  return { questionId: id, patientId, parts: prompt, reply };
}

/** Equal exactly when two prompts say the same. */
export function promptKey({ instruction, demos }: Prompt): string {
  return contentHash({ instruction, demos: demos.map(({ questionId, reply }) => [questionId, reply]) });
}

/**
 * Puts the instruction and the examples before each question. An item is never shown an example of its own cluster,
 * which would tell it the answer; with nothing to say, the question stays exactly as released.
 */
export function wordingOf(prompt: Prompt): Wording {
  return ({ question }) => {
    const demos = prompt.demos.filter(({ patientId }) => patientId !== question.patientId);
    const lead: PromptPart[] = prompt.instruction === '' ? [] : [said(prompt.instruction)];
    demos.forEach(({ parts, reply }, at) => {
      lead.push(said(`Example ${at + 1}`), ...parts, said(`Answer: ${reply}`));
    });
    if (demos.length > 0) lead.push(said('Now answer this one.'));
    if (lead.length === 0) return { question };
    return {
      question: { ...question, prompt: [...lead, ...(question.prompt ?? [])] },
      demonstrated: demos.map(({ patientId, parts }) => ({
        patientId,
        pictures: parts.flatMap((part) => (part.type === 'image' ? [part.hash] : [])),
      })),
    };
  };
}

function said(text: string): PromptPart {
  return { type: 'text', text };
}
