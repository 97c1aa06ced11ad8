// Is the largest kidney lesion a cyst or a tumor?
import { regionOf } from '../../domain/measurement.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { annotated, REASONS, skip } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { textOf, Unanswerable } from '../tool-results.ts';

const NAMES: Readonly<Record<string, string>> = { kidney_cyst: 'Cyst', kidney_tumor: 'Tumor' };

export default questionType({
  id: 'lesion-type-classification',
  definition: 'Whether the largest kidney lesion is annotated as a cyst or as a tumor.',
  assumptions: {
    truth: {
      value: 'annotation',
      why: 'The knowledge base separates the two by mean HU (34.8); the annotated kind of the mask is the truth.',
    },
  },
  draft({ set }) {
    for (const kind of Object.keys(NAMES)) if (!annotated(set, kind)) return skip(REASONS.notAnnotated(kind));
    const largest = regionOf(set, 'kidney_lesion')?.instances[0];
    if (largest === undefined) return skip(REASONS.noLesion);
    return NAMES[largest.structure] === undefined
      ? skip('the largest kidney lesion is neither cyst nor tumor')
      : [{ slots: { target: 'kidney_lesion' } }];
  },
  plan: ({ target }) => [
    lookUp('kidney-lesion-type'),
    segment(target),
    measure(target, 'largest_lesion_type'),
  ],
  conclude(_, [, , type]) {
    const answer = NAMES[textOf(type, 'type of the largest lesion')];
    if (answer === undefined) throw new Unanswerable('the largest kidney lesion is neither cyst nor tumor');
    return { answer };
  },
  wordings: () => [
    'Is the largest kidney lesion a cyst or a tumor?',
    'Cyst or tumor: what is the largest lesion of the kidneys?',
    'How would you classify the largest renal lesion, as cyst or as tumor?',
  ],
  choices: () => ({ kind: 'closed', texts: ['Cyst', 'Tumor'] }),
});
