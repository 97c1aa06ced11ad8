// How common findings look, in this project's own words, each from public facts with its source.
import type { AttributeCard } from './card.ts';

const FLEISCHNER = 'Fleischner Society glossary of terms for thoracic imaging (Radiology 2008;246:697)';
const CHEST = 'common radiographic teaching; finding names as in VinDr-CXR (Sci Data 2022;9:429)';
const RENAL = 'Bosniak classification, version 2019 (Radiology 2019;292:475)';
const LIVER = 'LI-RADS lexicon, American College of Radiology (2018)';
const BREAST = 'BI-RADS ultrasound lexicon, American College of Radiology (5th edition, 2013)';
const BLOOD = 'common haematology: Wright-stained smear; classes as in BCCD';

export const CARDS: Readonly<Record<string, AttributeCard>> = {
  // Chest radiograph
  'aortic enlargement': {
    synonyms: ['enlarged aorta', 'aortic dilatation'],
    description:
      'A widened, bulging aortic knob or descending aorta along the left upper border of the mediastinum.',
    attributes: {
      shape: 'rounded bulge or widened band',
      density: 'as bright as the mediastinum',
      location: 'left upper border of the mediastinum, beside the trachea',
      margin: 'smooth',
    },
    source: CHEST,
  },
  atelectasis: {
    synonyms: ['collapse of the lung', 'lobar collapse'],
    description:
      'A wedge- or band-shaped bright area of lung that has lost volume, with fissures or hilum pulled towards it.',
    attributes: {
      shape: 'wedge, band or plate',
      density: 'brighter than aerated lung',
      location: 'a lobe or segment, often at the bases',
      'neighbouring signs': 'fissures, hilum or diaphragm drawn towards it',
    },
    source: FLEISCHNER,
  },
  calcification: {
    synonyms: ['calcified lesion'],
    description: 'A very bright, sharply bounded spot or plaque, as bright as bone.',
    attributes: {
      shape: 'dot, ring or plaque',
      density: 'very bright, like bone',
      location: 'lung, lymph nodes, pleura or vessel walls',
      margin: 'sharp',
      size: 'a few millimetres to centimetres',
    },
    source: FLEISCHNER,
  },
  cardiomegaly: {
    synonyms: ['enlarged heart', 'enlarged cardiac silhouette'],
    description: 'A heart shadow wider than half of the chest on a frontal film.',
    attributes: {
      shape: 'broad, globular heart shadow',
      density: 'bright soft tissue',
      location: 'lower middle of the chest, reaching far to the left',
      size: 'wider than half of the inner chest',
    },
    source: CHEST,
  },
  'clavicle fracture': {
    synonyms: ['broken clavicle', 'fractured clavicle'],
    description: 'A dark line or a step through the bright curved bone at the top of the chest.',
    attributes: {
      shape: 'line or step in the bone’s edge',
      density: 'dark gap in bright bone',
      location: 'collar bone, at the top of the chest',
    },
    source: CHEST,
  },
  consolidation: {
    synonyms: ['airspace consolidation', 'lung consolidation'],
    description:
      'A cloudy, even, bright area of lung that hides the vessels, with dark branching airways in it.',
    attributes: {
      shape: 'patch or a whole lobe',
      density: 'bright enough to hide vessels',
      location: 'any part of a lung, up to a fissure',
      texture: 'even, with dark branching air-filled airways',
      margin: 'blurred, sharp at a fissure',
    },
    source: FLEISCHNER,
  },
  emphysema: {
    synonyms: ['bullous emphysema'],
    description: 'Abnormally dark, large lungs with few vessels and flat diaphragms.',
    attributes: {
      density: 'darker than normal lung',
      location: 'upper lungs, or all of both lungs',
      texture: 'few and thin vessels, dark holes without walls',
      'neighbouring signs': 'flattened diaphragms',
    },
    source: FLEISCHNER,
  },
  'ground-glass opacity': {
    synonyms: ['ground glass opacity', 'GGO', 'ground-glass'],
    description: 'A hazy, slightly bright area of lung through which vessels can still be seen.',
    attributes: {
      shape: 'hazy patch',
      density: 'slightly brighter than lung, vessels still seen',
      location: 'any part of a lung',
      margin: 'blurred',
    },
    source: FLEISCHNER,
  },
  infiltration: {
    synonyms: ['infiltrate', 'infiltrates'],
    description: 'An ill-defined bright patch or streaks in the lung.',
    attributes: {
      shape: 'patch or streaks',
      density: 'brighter than lung',
      location: 'any part of a lung',
      margin: 'blurred',
    },
    source: CHEST,
  },
  'interstitial lung disease': {
    synonyms: ['ILD', 'interstitial disease'],
    description:
      'A net of fine bright lines, or small cysts in rows, mostly at the edges and bases of both lungs.',
    attributes: {
      shape: 'net of lines, rows of small rings',
      density: 'bright lines on dark lung',
      location: 'both lungs, edges and bases',
      texture: 'fine net or honeycomb',
    },
    source: FLEISCHNER,
  },
  'lung opacity': {
    synonyms: ['pulmonary opacity', 'opacity'],
    description: 'Any area of lung that is brighter than it should be.',
    attributes: { shape: 'any', density: 'brighter than lung', location: 'inside the lungs' },
    source: FLEISCHNER,
  },
  'mediastinal shift': {
    synonyms: ['shifted mediastinum'],
    description: 'Heart and trachea moved away from the middle to one side.',
    attributes: {
      shape: 'whole middle band displaced',
      density: 'bright soft tissue with the dark trachea in it',
      location: 'middle of the chest, off the midline',
    },
    source: CHEST,
  },
  'pulmonary nodule': {
    synonyms: ['lung nodule', 'nodule/mass', 'nodule'],
    description: 'A rounded bright spot of at most three centimetres, surrounded by lung.',
    attributes: {
      shape: 'round or oval',
      density: 'brighter than lung',
      location: 'inside a lung',
      size: 'at most 3 cm',
      margin: 'smooth, lobed or spiked',
    },
    source: FLEISCHNER,
  },
  'pulmonary mass': {
    synonyms: ['lung mass'],
    description: 'A rounded bright area of more than three centimetres in the lung.',
    attributes: {
      shape: 'round, oval or lobed',
      density: 'brighter than lung',
      location: 'inside a lung',
      size: 'more than 3 cm',
    },
    source: FLEISCHNER,
  },
  'pleural effusion': {
    synonyms: ['effusion', 'pleural fluid'],
    description:
      'An even bright area at the bottom of the chest with a curved upper edge that blunts the angle of the diaphragm.',
    attributes: {
      shape: 'crescent with a curved upper edge',
      density: 'evenly bright',
      location: 'lowest part of the chest, at the outer edge',
      'neighbouring signs': 'blunted angle between rib cage and diaphragm',
    },
    source: FLEISCHNER,
  },
  'pleural thickening': {
    synonyms: ['thickened pleura'],
    description: 'A bright band along the inside of the rib cage or over the top of the lung.',
    attributes: {
      shape: 'band or sheet',
      density: 'bright',
      location: 'along the inner chest wall or the lung’s apex',
    },
    source: FLEISCHNER,
  },
  pneumothorax: {
    synonyms: ['collapsed lung with air'],
    description: 'A dark rim without vessels between the chest wall and a thin bright line, the lung’s edge.',
    attributes: {
      shape: 'crescent beside a thin line',
      density: 'very dark, no vessels',
      location: 'outer edge and top of the chest',
      margin: 'a thin bright line towards the lung',
    },
    source: FLEISCHNER,
  },
  'pulmonary fibrosis': {
    synonyms: ['lung fibrosis', 'fibrosis'],
    description: 'Coarse bright lines and drawn-in lung with distorted airways.',
    attributes: {
      shape: 'coarse lines and bands',
      density: 'bright lines',
      location: 'bases and edges, or the upper lungs after old infection',
      texture: 'net-like, distorted',
    },
    source: FLEISCHNER,
  },
  'rib fracture': {
    synonyms: ['broken rib', 'fractured rib'],
    description: 'A break or step in the bright curved outline of a rib.',
    attributes: { shape: 'line or step', density: 'dark gap in bright bone', location: 'along a rib' },
    source: CHEST,
  },
  'pulmonary cavity': {
    synonyms: ['lung cavity', 'cavity'],
    description: 'A dark, air-filled hole inside a bright area or with a bright wall.',
    attributes: {
      shape: 'ring',
      density: 'dark inside, bright wall',
      location: 'inside a lung, often the upper part',
      margin: 'a wall of more than a few millimetres',
    },
    source: FLEISCHNER,
  },
  // CT of the abdomen
  'renal cyst': {
    synonyms: ['kidney cyst', 'simple renal cyst'],
    description:
      'A round, even, dark, water-like area in the kidney with a thin wall that does not take up contrast.',
    attributes: {
      shape: 'round',
      density: 'water-like, darker than the kidney (−9 to 20 HU)',
      location: 'in or at the edge of a kidney',
      texture: 'even',
      margin: 'sharp, hair-thin wall',
    },
    source: RENAL,
  },
  'renal mass': {
    synonyms: ['kidney tumour', 'kidney tumor', 'renal tumour', 'renal tumor', 'renal cell carcinoma'],
    description:
      'A rounded area in the kidney that takes up contrast less evenly than the tissue around it and may bulge outwards.',
    attributes: {
      shape: 'round or lobed, bulging the kidney’s outline',
      density: 'enhancing, usually darker than enhanced kidney tissue',
      location: 'in a kidney',
      texture: 'uneven, with dark dead areas when large',
    },
    source: RENAL,
  },
  'hepatic cyst': {
    synonyms: ['liver cyst'],
    description: 'A round, evenly dark, water-like area in the liver with a sharp edge and no enhancement.',
    attributes: {
      shape: 'round or oval',
      density: 'water-like, much darker than liver',
      location: 'in the liver',
      texture: 'even',
      margin: 'sharp, no visible wall',
    },
    source: LIVER,
  },
  'hepatocellular carcinoma': {
    synonyms: ['HCC'],
    description:
      'A rounded liver lesion that is brighter than liver in the arterial phase and darker later, with a bright rim late.',
    attributes: {
      shape: 'round',
      density: 'bright in the arterial phase, darker than liver later',
      location: 'in the liver, often a cirrhotic one',
      margin: 'a late enhancing capsule',
    },
    source: LIVER,
  },
  'liver metastasis': {
    synonyms: ['liver metastases', 'hepatic metastasis', 'hepatic metastases'],
    description: 'One of often several rounded areas darker than enhanced liver, with a brighter rim.',
    attributes: {
      shape: 'round, often several',
      density: 'darker than enhanced liver, brighter rim',
      location: 'anywhere in the liver',
      margin: 'blurred',
    },
    source: LIVER,
  },
  // Breast ultrasound
  'breast mass': {
    synonyms: ['breast lesion', 'breast tumour', 'breast tumor'],
    description: 'An area of the breast darker than the tissue around it that can be seen in two directions.',
    attributes: {
      shape: 'oval, round or irregular',
      density: 'darker (hypoechoic) than the tissue around it',
      location: 'between skin and chest muscle',
      margin: 'sharp when benign, angular or blurred when suspicious',
    },
    source: BREAST,
  },
  // Blood smear
  'red blood cell': {
    synonyms: ['RBC', 'erythrocyte'],
    description: 'A pale red disc without a nucleus, lighter in its middle; there are many.',
    attributes: {
      shape: 'round disc',
      density: 'pale red, lighter in the middle',
      texture: 'smooth, no nucleus',
      size: 'about a third to half of a white cell’s width',
      number: 'many, often touching',
    },
    source: BLOOD,
  },
  'white blood cell': {
    synonyms: ['WBC', 'leukocyte', 'leucocyte'],
    description: 'A large cell with a dark violet, often lobed nucleus.',
    attributes: {
      shape: 'round cell with a lobed or round nucleus',
      density: 'dark violet nucleus in a pale body',
      size: 'the largest cells',
      number: 'one or a few',
    },
    source: BLOOD,
  },
  platelet: {
    synonyms: ['thrombocyte'],
    description: 'A very small violet speck between the red cells.',
    attributes: {
      shape: 'small irregular dot',
      density: 'violet',
      location: 'between the red cells',
      size: 'much smaller than a red cell',
    },
    source: BLOOD,
  },
};
