// Recognition: is there a lesion of a kind?
import { type QuestionType, questionType } from '../question-type.ts';
import { instancesIn } from '../tool-results.ts';
import { segment } from './steps.ts';
import { annotated, lesionName, organOf, REASONS, skip, the } from './structures.ts';

export const YES_NO = ['Yes', 'No'] as const;
export const yesNo = (yes: boolean): (typeof YES_NO)[number] => (yes ? 'Yes' : 'No');

/** "Yes" when at least one counted instance of the structure is annotated. */
export function existence(id: string, target: string): QuestionType {
  const lesion = lesionName(target);
  const organ = the(organOf(target));
  return questionType({
    id,
    definition: `Whether at least one ${lesion} counts under the rule set (a speck under its threshold does not).`,
    draft: ({ set }) =>
      annotated(set, target) ? [{ slots: { target } }] : skip(REASONS.notAnnotated(target)),
    plan: () => [segment(target)],
    conclude: (_, [mask]) => ({ answer: yesNo(instancesIn(mask, lesion) > 0) }),
    wordings: () => [
      `Does this scan show a ${lesion}?`,
      `Looking at ${organ}, can any ${lesion} be found?`,
      `Would you record at least one ${lesion} in this patient?`,
      `Is a ${lesion} present on these images?`,
    ],
    choices: () => ({ kind: 'closed', texts: YES_NO }),
  });
}
