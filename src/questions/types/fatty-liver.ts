// Is the liver fatty?
import { YES_NO, yesNo } from '../families/existence.ts';
import { draftAgainstSpleen, planAgainst } from '../families/steatosis.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, numberOf, positiveOf } from '../tool-results.ts';

const ID = 'fatty-liver';

export default questionType({
  id: ID,
  definition: 'Whether the liver is fatty by its attenuation, against the spleen or (RadGPT) on its own.',
  draft: (facts) => draftAgainstSpleen(facts, 'liver'),
  plan: ({ target, reference }) => planAgainst(ID, target, reference),
  conclude(_, [found, , liver, , spleen]) {
    const rule = criterionIn(found, ID);
    const mean = numberOf(liver, 'mean of the liver');
    const fatty =
      rule.rule === 'liver-attenuation'
        ? rule.met('liver_hu', mean)
        : rule.met('liver_spleen_ratio', mean / positiveOf(spleen, 'mean of the spleen'));
    return {
      answer: yesNo(fatty),
      derivation: 'The attenuation is held against the limit of the criterion.',
    };
  },
  wordings: () => [
    'Does the attenuation of the liver speak for fat?',
    'Is the liver fatty, judged by its attenuation?',
    'Is there hepatic steatosis by attenuation?',
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});
