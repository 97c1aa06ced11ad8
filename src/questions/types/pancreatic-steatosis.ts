// Is the pancreas fatty?
import { YES_NO, yesNo } from '../families/existence.ts';
import { draftAgainstSpleen, planAgainst } from '../families/steatosis.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, numberOf, positiveOf } from '../tool-results.ts';

const ID = 'pancreatic-steatosis';

export default questionType({
  id: ID,
  definition: 'Whether the pancreas is fatty by its attenuation against that of the spleen.',
  draft: (facts) => draftAgainstSpleen(facts, 'pancreas'),
  plan: ({ target, reference }) => planAgainst(ID, target, reference),
  conclude(_, [found, , pancreas, , spleen]) {
    const ratio = numberOf(pancreas, 'mean of the pancreas') / positiveOf(spleen, 'mean of the spleen');
    return {
      answer: yesNo(criterionIn(found, ID).met('pancreas_spleen_ratio', ratio)),
      derivation: 'The ratio of the means is held against the limit of the criterion.',
    };
  },
  wordings: () => [
    'Does the attenuation of pancreas and spleen speak for a fatty pancreas?',
    'Is there pancreatic steatosis, judged by attenuation?',
    'By the pancreas-to-spleen comparison, is the pancreas infiltrated by fat?',
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});
