// Baselines: readers without a model that never look at the scan.
import type { Question } from '../domain/question.ts';
import type { Reader, ReadTask } from '../domain/reader.ts';
import type { QuestionFormat } from '../domain/run.ts';
import { outcomeOf, unsupported } from './outcome.ts';
import type { TypePrior } from './prior.ts';
import type { ReaderPlugin } from './reader-plugin.ts';

/** Said by a baseline that cannot guess without the training split's answers. */
export const needsPrior = Symbol('needs the training split');

export interface Baseline {
  readonly id: string;
  readonly summary: string;
  readonly formats: readonly QuestionFormat[];
  readonly usesPrior?: boolean;
  /** The words it answers with; they pass the ordinary parser like anybody's. */
  answer(task: ReadTask, prior: TypePrior | undefined): string | typeof needsPrior;
}

export function baseline(definition: Baseline): ReaderPlugin {
  return {
    id: definition.id,
    summary: definition.summary,
    model: false,
    modes: [],
    usesPrior: definition.usesPrior ?? false,
    create: ({ written, prior }): Reader => ({
      name: written,
      capabilities: { formats: definition.formats, needsImage: false, needsMasks: false },
      settings: definition.usesPrior ? { prior: prior !== undefined } : {},
      read: async (task) => {
        const words = definition.answer(task, prior?.of(task.question.type, task.question.patientId));
        return words === needsPrior
          ? unsupported(
              'The training split has no question of this type about another patient to take an answer from.',
            )
          : outcomeOf(task, words);
      },
    }),
  };
}

/** A release's yes/no question without options: its two answers are known although its training split may not be here. */
export function isPublishedYesNo({ prompt, answerKind }: Question): boolean {
  return prompt !== undefined && answerKind === 'binary';
}

/** The first number of a text, thousands separators dropped: "1,432.5 cm³" is 1432.5. */
export function numberIn(text: string): number | undefined {
  const match = /[-−]?\d[\d,]*(?:\.\d+)?/.exec(text);
  if (match === null) return undefined;
  const value = Number(match[0].replace('−', '-').replaceAll(',', ''));
  return Number.isFinite(value) ? value : undefined;
}
