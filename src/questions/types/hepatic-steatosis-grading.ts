// How fatty is the liver?
import { draftAgainstSpleen, planAgainst } from '../families/steatosis.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, type FoundCriterion, numberOf, positiveOf } from '../tool-results.ts';

const ID = 'hepatic-steatosis-grading';
const GRADES = ['G0', 'G1', 'G2', 'G3'] as const;

/** 0 to 3: the highest grade whose limit the value passes. */
function gradeOf(rule: FoundCriterion, by: 'hu' | 'ratio', value: number): number {
  return [3, 2, 1].find((grade) => rule.met(`g${grade}_${by}`, value)) ?? 0;
}

export default questionType({
  id: ID,
  definition:
    'Grade of hepatic steatosis, G0 to G3, by the attenuation of the liver and its ratio to the spleen.',
  assumptions: {
    precedence: {
      value: 'worse',
      why: 'It is not stated which grade holds when attenuation and ratio disagree: the worse one is taken. "attenuation" or "ratio" lets one of them decide.',
    },
  },
  draft(facts) {
    const precedence = String(facts.option('precedence'));
    const say: Readonly<Record<string, string>> = {
      attenuation: 'The attenuation of the liver decides.',
      ratio: 'The ratio of liver to spleen decides.',
    };
    return draftAgainstSpleen(facts, 'liver', {
      slots: { precedence },
      context: say[precedence] ?? 'When attenuation and ratio disagree, the worse grade holds.',
    });
  },
  plan: ({ target, reference }) => planAgainst(ID, target, reference),
  conclude({ precedence }, [found, , liver, , spleen]) {
    const rule = criterionIn(found, ID);
    const mean = numberOf(liver, 'mean of the liver');
    const byHu = gradeOf(rule, 'hu', mean);
    const byRatio = gradeOf(rule, 'ratio', mean / positiveOf(spleen, 'mean of the spleen'));
    const grade =
      precedence === 'attenuation' ? byHu : precedence === 'ratio' ? byRatio : Math.max(byHu, byRatio);
    return {
      answer: GRADES[grade],
      derivation: 'Attenuation and ratio are held against the limits of the grades.',
    };
  },
  wordings: () => [
    'Which grade of hepatic steatosis, G0 to G3, does the liver have?',
    'Grade the fat in the liver from attenuation: G0, G1, G2 or G3?',
    'By attenuation of liver and spleen, how severe is the steatosis of the liver (G0–G3)?',
  ],
  choices: () => ({ kind: 'closed', texts: GRADES }),
});
