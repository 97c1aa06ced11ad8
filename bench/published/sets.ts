// The published sets that lie in one data folder: where, which part of them, and what their classes are called.

export interface PublishedSet {
  readonly name: string;
  /** Plug-in. */
  readonly benchmark: string;
  /** Within the data folder. */
  readonly path: string;
  readonly mode?: string;
  readonly split: string;
  readonly columns?: Readonly<Record<string, string>>;
  /** Pictures are here, and a training split of them: an encoder can be made of class means. */
  readonly learnable?: boolean;
  readonly licence: string;
}

const classes = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, at) => [`class-${at}`, name]));

export const PUBLISHED_SETS: readonly PublishedSet[] = [
  { name: 'VQA-RAD', benchmark: 'vqa-rad', path: 'vqa-rad', split: 'test', licence: 'CC0' },
  {
    name: 'VQA-RAD, yes/no by letter',
    benchmark: 'vqa-rad',
    path: 'vqa-rad',
    mode: 'choice',
    split: 'test',
    licence: 'CC0',
  },
  {
    name: 'SLAKE questions',
    benchmark: 'slake',
    path: 'slake-questions',
    mode: 'no-image',
    split: 'test',
    licence: 'CC BY 4.0',
  },
  {
    name: 'IU-Xray questions',
    benchmark: 'iu-xray-vqa',
    path: 'iu-xray-vqa',
    mode: 'no-image',
    split: 'test',
    licence: 'questions MIT',
  },
  {
    name: 'IU-Xray questions with the report',
    benchmark: 'iu-xray-vqa',
    path: 'iu-xray-vqa',
    mode: 'report',
    split: 'test',
    licence: 'questions MIT, reports CC BY-NC-ND 4.0',
  },
  ...(['validation', 'test'] as const).map(
    (split): PublishedSet => ({
      name: `PneumoniaMNIST, ${split}`,
      benchmark: 'medmnist',
      path: 'pneumoniamnist/pneumoniamnist.npz',
      split,
      learnable: true,
      licence: 'CC BY 4.0',
    }),
  ),
  {
    name: 'BUSI, 64 pixels',
    benchmark: 'image-classes',
    path: 'busi-ultrasound/busi_64.npz',
    split: 'test',
    columns: {
      ...classes(['normal', 'benign', 'malignant']),
      question: 'What does this breast ultrasound show?',
    },
    learnable: true,
    licence: 'CC BY 4.0',
  },
  {
    name: 'HAM10000, 28 pixels',
    benchmark: 'image-classes',
    path: 'ham10000/ham_28.npz',
    split: 'test',
    columns: {
      ...classes([
        'actinic keratosis',
        'basal cell carcinoma',
        'benign keratosis',
        'dermatofibroma',
        'melanoma',
        'melanocytic nevus',
        'vascular lesion',
      ]),
      question: 'Which skin lesion does this dermoscopic picture show?',
    },
    learnable: true,
    licence: 'CC BY-NC 4.0',
  },
  {
    name: 'HAM10000, pictures by table',
    benchmark: 'image-classes',
    path: 'ham10000',
    split: 'test',
    columns: { question: 'Which diagnosis does this skin lesion have?' },
    licence: 'CC BY-NC 4.0',
  },
  {
    name: 'BCCD cells, 28 pixels',
    benchmark: 'image-classes',
    path: 'blood-cells-bccd/bccd_crops_28.npz',
    split: 'test',
    columns: {
      ...classes(['red blood cell', 'white blood cell', 'platelet']),
      question: 'Which blood cell is in the middle of this picture?',
    },
    learnable: true,
    licence: 'MIT',
  },
];
