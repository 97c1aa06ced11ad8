// Is the pancreatic tumor ductal or neuroendocrine?
import { regionOf } from '../../domain/measurement.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { annotated, REASONS, skip } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { textOf, Unanswerable } from '../tool-results.ts';

const NAMES: Readonly<Record<string, string>> = { pancreas_pdac: 'PDAC', pancreas_pnet: 'PNET' };

export default questionType({
  id: 'pdac-vs-pnet-classification',
  definition: 'Whether the largest pancreatic lesion is annotated as PDAC or as PNET.',
  assumptions: {
    truth: {
      value: 'annotation',
      why: 'The knowledge base gives signs only; the annotated kind of the mask is the truth.',
    },
  },
  draft({ set }) {
    for (const kind of Object.keys(NAMES)) if (!annotated(set, kind)) return skip(REASONS.notAnnotated(kind));
    const largest = regionOf(set, 'pancreas_lesion')?.instances[0];
    if (largest === undefined) return skip(REASONS.noLesion);
    return NAMES[largest.structure] === undefined
      ? skip('the largest pancreatic lesion is neither PDAC nor PNET')
      : [{ slots: { target: 'pancreas_lesion' } }];
  },
  plan: ({ target }) => [lookUp('pdac-vs-pnet'), segment(target), measure(target, 'largest_lesion_type')],
  conclude(_, [, , type]) {
    const answer = NAMES[textOf(type, 'type of the largest lesion')];
    if (answer === undefined)
      throw new Unanswerable('the largest pancreatic lesion is neither PDAC nor PNET');
    return { answer };
  },
  wordings: () => [
    'Is the largest pancreatic lesion a PDAC or a PNET?',
    'Ductal adenocarcinoma (PDAC) or neuroendocrine tumor (PNET): which is the largest lesion of the pancreas?',
    'Classify the largest tumor of the pancreas as PDAC or PNET.',
  ],
  choices: () => ({ kind: 'closed', texts: ['PDAC', 'PNET'] }),
});
