// Model cards: what a model is told of the experts that it may ask, and what their findings are called.
import { GROUPS } from './groups.ts';

/** The eighteen findings of the chest film expert, as its label set names them. */
export const CXR_FINDINGS = [
  'Atelectasis',
  'Cardiomegaly',
  'Consolidation',
  'Edema',
  'Effusion',
  'Emphysema',
  'Enlarged Cardiomediastinum',
  'Fibrosis',
  'Fracture',
  'Hernia',
  'Infiltration',
  'Lung Lesion',
  'Lung Opacity',
  'Mass',
  'Nodule',
  'Pleural Thickening',
  'Pneumonia',
  'Pneumothorax',
] as const;

export type ExpertName = 'VISTA3D' | 'BRATS' | 'CXR';

const CARDS: Readonly<Record<ExpertName | 'VISTA2D', string>> = {
  VISTA3D: `<VISTA3D(GROUP)> outlines anatomy and tumors in CT. GROUP is one of: ${Object.keys(GROUPS).join(', ')}. Without a group it outlines everything.`,
  BRATS: '<BRATS()> outlines the parts of a brain tumor in MRI.',
  CXR: '<CXR()> says yes or no to each of eighteen findings on a chest X-ray.',
  VISTA2D: '<VISTA2D()> outlines cells in microscopy.',
};

/** Experts that the published list names and that nothing here can run. */
export const CARD_ONLY = ['VISTA2D'] as const;

/** The list of cards before a question; "" where there is no expert. */
export function cardList(experts: readonly (ExpertName | 'VISTA2D')[]): string {
  if (experts.length === 0) return '';
  return [
    'These expert models can be asked before you answer:',
    ...experts.map((name) => `- ${CARDS[name]}`),
    'To ask one, reply with its tag exactly once, brackets and all. Otherwise answer the question.',
  ].join('\n');
}

/** "This is a CT image." */
export function modalitySentence(modality: string | undefined): string {
  const words = modality?.trim() ?? '';
  if (words === '') return 'This is a medical image.';
  return `This is ${/^(?:[aeiou]|mr|x)/i.test(words) ? 'an' : 'a'} ${words} image.`;
}

/** One finding a line: "Edema: yes". Above one half is yes; a label is cut to one short line, whatever is in it. */
export function findingList(
  said: readonly { readonly label: string; readonly probability: number }[],
): string {
  return said
    .map(
      ({ label, probability }) =>
        `${label.replace(/\s+/g, ' ').slice(0, 60)}: ${probability > 0.5 ? 'yes' : 'no'}`,
    )
    .join('\n');
}
