// Current guidelines, where there is one; elsewhere the released knowledge base, marked as assumed.
import { borrowed, type CriterionEntry, defineCriteria } from '../criterion.ts';
import published from './published.ts';

const AJCC8 = 'AJCC Cancer Staging Manual, 8th edition (2017)';
const NCCN = 'NCCN Clinical Practice Guidelines, Pancreatic Adenocarcinoma (2024)';
const BOSNIAK = 'Silverman et al. 2019, Bosniak classification version 2019, Radiology 292(2):475';
const unenhanced = { phases: ['unenhanced'], modality: 'CT' } as const;

const own: readonly CriterionEntry[] = [
  {
    id: 'splenomegaly-detection',
    title: 'Splenomegaly detection threshold',
    statement: 'On CT a spleen above 314.5 cm³ exceeds the upper limit found in healthy adults.',
    thresholds: { upper_cm3: 314.5 },
    comparisons: { upper_cm3: '>' },
    applicability: { note: 'Adults; no guideline sets a limit by volume, this is the reference study.' },
    source: 'Bezerra et al. 2005, AJR 184(5):1510',
    keywords: ['splenomegaly', 'detection', 'enlarged', 'spleen', 'threshold', 'volume'],
  },
  {
    id: 'normal-spleen-volume',
    title: 'Normal spleen volume',
    statement: 'Healthy adults have a spleen of up to 314.5 cm³ on CT.',
    thresholds: { upper_cm3: 314.5 },
    comparisons: { upper_cm3: '>' },
    source: 'Bezerra et al. 2005, AJR 184(5):1510',
    keywords: ['spleen', 'volume', 'normal', 'size', 'enlargement', 'enlarged', 'splenomegaly'],
  },
  {
    id: 'fatty-liver',
    title: 'Fatty liver on unenhanced CT',
    statement:
      'On unenhanced CT hepatic fat is diagnosed when the liver attenuates less than the spleen (ratio below 1.0); a liver under 40 HU means moderate to severe steatosis. Enhanced scans do not allow the diagnosis by these numbers.',
    thresholds: { liver_spleen_ratio: 1.0, moderate_liver_hu: 40 },
    comparisons: { liver_spleen_ratio: '<', moderate_liver_hu: '<' },
    rule: 'liver-spleen-ratio',
    applicability: unenhanced,
    source: 'Zeb et al. 2012, Academic Radiology 19(7):811 (MESA)',
    keywords: ['fatty', 'liver', 'steatosis', 'hepatic', 'L/S', 'ratio', 'fat'],
  },
  {
    id: 'pancreatic-cyst-resection',
    title: 'Pancreatic cyst resection',
    statement:
      'A cyst of 3 cm or more has a worrisome feature, which calls for endosonography and a talk about surgery; high-risk stigmata (jaundice, an enhancing nodule of 5 mm, a main duct of 10 mm) call for resection whatever the size.',
    thresholds: { diameter_cm: 3, nodule_mm: 5, main_duct_mm: 10 },
    comparisons: { diameter_cm: '>=', nodule_mm: '>=', main_duct_mm: '>=' },
    source: 'Ohtsuka et al. 2024, Kyoto guidelines for IPMN, Pancreatology 24(2):255',
    keywords: ['pancreatic', 'cyst', 'resection', 'surgery', 'remove', 'ipmn', 'worrisome'],
    assumed: 'A question with two answers takes the size feature alone as reason to operate.',
  },
  {
    id: 'renal-mass',
    title: 'Renal mass characterization by attenuation',
    statement:
      'On unenhanced CT a homogeneous mass of -9 to 20 HU is a simple fluid cyst and one of 70 HU or more a hyperattenuating cyst; between 20 and 70 HU it cannot be told without contrast.',
    thresholds: { simple_low_hu: -9, simple_high_hu: 20, indeterminate_high_hu: 70 },
    comparisons: { simple_low_hu: '>=', simple_high_hu: '<=', indeterminate_high_hu: '<' },
    applicability: unenhanced,
    source: BOSNIAK,
    keywords: ['renal', 'mass', 'kidney', 'bosniak', 'cyst', 'characterization', 'HU', 'solid'],
  },
  {
    id: 'bosniak-classification',
    title: 'Bosniak classification of renal cysts',
    statement:
      'I: thin smooth wall, fluid of -9 to 20 HU. II: few thin septa, or homogeneous and at least 70 HU unenhanced. IIF: many or minimally thickened septa. III: a wall or septum of 4 mm or more, or irregular. IV: an enhancing nodule.',
    thresholds: { simple_low_hu: -9, simple_hu: 20, hyperattenuating_hu: 70, thick_mm: 4 },
    comparisons: { simple_low_hu: '>=', simple_hu: '<=', hyperattenuating_hu: '>=', thick_mm: '>=' },
    source: BOSNIAK,
    keywords: ['bosniak', 'renal', 'cyst', 'kidney', 'classification'],
  },
  {
    id: 'pancreatic-tumor-staging',
    title: 'Pancreatic tumor staging: T stage of a PDAC',
    statement:
      'Exocrine pancreas: T1 up to 2 cm (T1a to 0.5, T1b to 1, T1c to 2), T2 over 2 to 4 cm, T3 over 4 cm; T4 at any size once celiac axis, superior mesenteric or common hepatic artery is involved (in masks: touched).',
    thresholds: {
      t1a_cm: 0.5,
      t1b_cm: 1,
      t1_cm: 2,
      t2_cm: 4,
      t4_contact_deg: 0,
      t4_contact_inclusive: 0,
    },
    comparisons: { t1a_cm: '<=', t1b_cm: '<=', t1_cm: '<=', t2_cm: '<=', t4_contact_deg: '>' },
    source: AJCC8,
    keywords: ['pancreatic', 'tumor', 'staging', 'T1', 'T2', 'T3', 'T4', 'stage', 'pdac', 'ajcc'],
    assumed: 'AJCC names no angle for involvement; any contact counts.',
  },
  {
    id: 'pnet-staging',
    title: 'PNET staging: T stage of a neuroendocrine tumor',
    statement:
      'Within the pancreas: T1 under 2 cm, T2 from 2 to 4 cm, T3 over 4 cm. T3 also when duodenum or bile duct is invaded; T4 when a neighbouring organ (stomach, spleen, colon, adrenal gland) or the wall of celiac axis or superior mesenteric artery is.',
    thresholds: { t1_cm: 2, t2_cm: 4, t4_contact_deg: 0, t4_contact_inclusive: 0 },
    comparisons: { t1_cm: '<', t2_cm: '<=', t4_contact_deg: '>' },
    source: AJCC8,
    keywords: ['pnet', 'neuroendocrine', 'staging', 'stage', 'tumor', 'pancreatic', 'ajcc'],
    assumed: 'Contact in the masks stands for invasion.',
  },
  {
    id: 'pancreatic-lesion-resectability',
    title: 'Resectability of a pancreatic lesion',
    statement:
      'Resectable: no contact with celiac axis, superior mesenteric or common hepatic artery, and at most 180° of the portal or mesenteric vein. Borderline: hepatic artery or vena cava touched, up to 180° of mesenteric artery or celiac axis, or more than 180° of the vein. Locally advanced: more than 180° of mesenteric artery or celiac axis, or a vein that cannot be rebuilt.',
    thresholds: {
      artery_borderline_deg: 0,
      vein_borderline_deg: 180,
      ivc_borderline_deg: 0,
      sma_unresectable_deg: 180,
      celiac_unresectable_deg: 180,
    },
    comparisons: {
      artery_borderline_deg: '>',
      vein_borderline_deg: '>',
      ivc_borderline_deg: '>',
      sma_unresectable_deg: '>',
      celiac_unresectable_deg: '>',
    },
    rule: 'nccn',
    source: NCCN,
    keywords: ['resectability', 'resectable', 'borderline', 'unresectable', 'surgical', 'pancreatic'],
    assumed:
      'Contour irregularity, occlusion and reconstruction of veins are not in a mask and not considered.',
  },
  {
    id: 'li-rads',
    title: 'LI-RADS categories of a liver lesion',
    statement:
      'For patients at risk of hepatocellular carcinoma: LR-1 definitely and LR-2 probably benign, LR-3 intermediate, LR-4 probably and LR-5 definitely HCC, LR-M malignant but not specific for it, LR-TIV tumor in a vein.',
    source: 'ACR CT/MRI LI-RADS v2018',
    keywords: ['LI-RADS', 'liver', 'lesion', 'classification', 'HCC'],
  },
];

export default defineCriteria(
  { id: 'guideline', title: 'Current guidelines', version: '2024', matching: 'strict' },
  [
    ...own,
    ...borrowed(published, own, 'No guideline gives numbers here: taken from the released knowledge base.'),
  ],
);
