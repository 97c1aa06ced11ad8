// The sets of MedMNIST: what their numbers mean, how many pictures each split has, and under which terms.

export interface MedMnistSet {
  readonly classes: readonly string[];
  readonly task: 'multi-class' | 'binary' | 'ordinal' | 'multi-label';
  /** Train, validation, test. */
  readonly counts: readonly [number, number, number];
  readonly modality: string;
  readonly question: string;
  /** Default: CC-BY-4.0. */
  readonly licence?: string;
}

const ORGANS = [
  'bladder',
  'left femur',
  'right femur',
  'heart',
  'left kidney',
  'right kidney',
  'liver',
  'left lung',
  'right lung',
  'pancreas',
  'spleen',
];
const ORGAN_QUESTION = 'Which organ is in the middle of this CT crop?';

export const SETS: Readonly<Record<string, MedMnistSet>> = {
  pathmnist: {
    classes: [
      'adipose tissue',
      'background',
      'debris',
      'lymphocytes',
      'mucus',
      'smooth muscle',
      'normal colon mucosa',
      'cancer-associated stroma',
      'colorectal adenocarcinoma epithelium',
    ],
    task: 'multi-class',
    counts: [89996, 10004, 7180],
    modality: 'histology',
    question: 'Which kind of tissue does this patch of colorectal histology show?',
  },
  chestmnist: {
    classes: [
      'atelectasis',
      'cardiomegaly',
      'effusion',
      'infiltration',
      'mass',
      'nodule',
      'pneumonia',
      'pneumothorax',
      'consolidation',
      'edema',
      'emphysema',
      'fibrosis',
      'pleural thickening',
      'hernia',
    ],
    task: 'multi-label',
    counts: [78468, 11219, 22433],
    modality: 'radiograph',
    question: 'Which of these findings does this chest radiograph show?',
  },
  dermamnist: {
    classes: [
      'actinic keratosis or intraepithelial carcinoma',
      'basal cell carcinoma',
      'benign keratosis-like lesion',
      'dermatofibroma',
      'melanoma',
      'melanocytic nevus',
      'vascular lesion',
    ],
    task: 'multi-class',
    counts: [7007, 1003, 2005],
    modality: 'dermoscopy',
    question: 'Which skin lesion does this dermoscopic picture show?',
    licence: 'CC-BY-NC-4.0',
  },
  octmnist: {
    classes: ['choroidal neovascularization', 'diabetic macular edema', 'drusen', 'normal'],
    task: 'multi-class',
    counts: [97477, 10832, 1000],
    modality: 'OCT',
    question: 'What does this optical coherence tomography of a retina show?',
  },
  pneumoniamnist: {
    classes: ['normal', 'pneumonia'],
    task: 'binary',
    counts: [4708, 524, 624],
    modality: 'radiograph',
    question: 'What does this chest radiograph of a child show?',
  },
  retinamnist: {
    classes: ['grade 0', 'grade 1', 'grade 2', 'grade 3', 'grade 4'],
    task: 'ordinal',
    counts: [1080, 120, 400],
    modality: 'fundus photograph',
    question: 'Which grade of diabetic retinopathy, from 0 (none) to 4, does this fundus photograph show?',
  },
  breastmnist: {
    classes: ['malignant', 'normal or benign'],
    task: 'binary',
    counts: [546, 78, 156],
    modality: 'ultrasound',
    question: 'What does this breast ultrasound show?',
  },
  bloodmnist: {
    classes: [
      'basophil',
      'eosinophil',
      'erythroblast',
      'immature granulocyte (myelocyte, metamyelocyte or promyelocyte)',
      'lymphocyte',
      'monocyte',
      'neutrophil',
      'platelet',
    ],
    task: 'multi-class',
    counts: [11959, 1712, 3421],
    modality: 'microscopy',
    question: 'Which blood cell does this picture show?',
  },
  tissuemnist: {
    classes: [
      'collecting duct or connecting tubule',
      'distal convoluted tubule',
      'glomerular endothelial cells',
      'interstitial endothelial cells',
      'leukocytes',
      'podocytes',
      'proximal tubule segments',
      'thick ascending limb',
    ],
    task: 'multi-class',
    counts: [165466, 23640, 47280],
    modality: 'microscopy',
    question: 'Which kind of kidney cortex cell does this fluorescence microscopy show?',
  },
  organamnist: {
    classes: ORGANS,
    task: 'multi-class',
    counts: [34581, 6491, 17778],
    modality: 'CT',
    question: ORGAN_QUESTION,
  },
  organcmnist: {
    classes: ORGANS,
    task: 'multi-class',
    counts: [13000, 2392, 8268],
    modality: 'CT',
    question: ORGAN_QUESTION,
  },
  organsmnist: {
    classes: ORGANS,
    task: 'multi-class',
    counts: [13940, 2452, 8829],
    modality: 'CT',
    question: ORGAN_QUESTION,
  },
  organmnist3d: {
    classes: [
      'liver',
      'right kidney',
      'left kidney',
      'right femur',
      'left femur',
      'bladder',
      'heart',
      'right lung',
      'left lung',
      'spleen',
      'pancreas',
    ],
    task: 'multi-class',
    counts: [972, 161, 610],
    modality: 'CT',
    question: 'Which organ do these slices of a CT crop show?',
  },
  nodulemnist3d: {
    classes: ['benign', 'malignant'],
    task: 'binary',
    counts: [1158, 165, 310],
    modality: 'CT',
    question: 'Is the lung nodule in these slices of a CT crop benign or malignant?',
  },
  adrenalmnist3d: {
    classes: ['normal', 'hyperplasia'],
    task: 'binary',
    counts: [1188, 98, 298],
    modality: 'shapes from CT',
    question: 'Is the adrenal gland whose shape these slices show normal?',
  },
  fracturemnist3d: {
    classes: ['buckle fracture', 'nondisplaced fracture', 'displaced fracture'],
    task: 'multi-class',
    counts: [1027, 103, 240],
    modality: 'CT',
    question: 'Which kind of rib fracture do these slices of a CT crop show?',
  },
  vesselmnist3d: {
    classes: ['healthy vessel', 'aneurysm'],
    task: 'binary',
    counts: [1335, 192, 382],
    modality: 'shapes from MR angiography',
    question: 'What does the brain vessel whose shape these slices show have?',
  },
  synapsemnist3d: {
    classes: ['inhibitory', 'excitatory'],
    task: 'binary',
    counts: [1230, 177, 352],
    modality: 'electron microscopy',
    question: 'Is the synapse in these slices inhibitory or excitatory?',
  },
};

/** The set of a file such as "pneumoniamnist.npz" or "dermamnist_224.npz". */
export function setOf(file: string): { id: string; set: MedMnistSet } | undefined {
  const id = /(?:^|\/)([a-z0-9]+)(?:_\d+)?\.npz$/.exec(file)?.[1] ?? '';
  return Object.hasOwn(SETS, id) ? { id, set: SETS[id] } : undefined;
}
