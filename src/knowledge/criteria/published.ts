// The knowledge base released with DeepTumorVQA 2.0: its 27 entries in their order, facts and keywords as released,
// sentences our own. Ids are chosen so that their words, as a query, find the entry first.
import { type CriterionEntry, defineCriteria } from '../criterion.ts';

const RELEASE = 'DeepTumorVQA 2.0 knowledge base';
const unenhanced = { phases: ['unenhanced'], modality: 'CT' } as const;

const volumes: readonly CriterionEntry[] = [
  {
    id: 'normal-liver-volume',
    title: 'Normal liver volume',
    statement:
      'A liver of 1000 to 1800 cm³ is of normal size. Above 1800 cm³ it counts as enlarged, below 600 cm³ as atrophic.',
    thresholds: { upper_cm3: 1800, lower_cm3: 1000, atrophic_cm3: 600 },
    comparisons: { upper_cm3: '>', atrophic_cm3: '<' },
    source: `${RELEASE}, citing radiologyassistant.nl`,
    keywords: ['liver', 'volume', 'normal', 'size', 'enlargement', 'enlarged'],
  },
  {
    id: 'normal-spleen-volume',
    title: 'Normal spleen volume',
    statement: 'A spleen of up to 314.5 cm³ is of normal size; any larger volume is splenomegaly.',
    thresholds: { upper_cm3: 314.5 },
    comparisons: { upper_cm3: '>' },
    source: `${RELEASE}, citing Bezerra 2005, AJR 184(5):1510`,
    keywords: ['spleen', 'volume', 'normal', 'size', 'enlargement', 'enlarged', 'splenomegaly'],
  },
  {
    id: 'splenomegaly-grading',
    title: 'Splenomegaly grading',
    statement:
      'The grade follows from the volume of the spleen: normal below 314.5 cm³, mild from there to 500 cm³, moderate to 800 cm³, severe above.',
    thresholds: { mild_cm3: 314.5, moderate_cm3: 500, severe_cm3: 800 },
    comparisons: { mild_cm3: '>=', moderate_cm3: '>=', severe_cm3: '>' },
    source: `${RELEASE}, citing Bezerra 2005, AJR 184(5):1510`,
    keywords: ['splenomegaly', 'grading', 'grade', 'mild', 'moderate', 'severe', 'spleen'],
    assumed: 'The release does not say to which grade a volume exactly on 500 cm³ belongs.',
  },
  {
    id: 'splenomegaly-detection',
    title: 'Splenomegaly detection threshold',
    statement: 'The spleen is enlarged once its volume exceeds 314.5 cm³.',
    thresholds: { upper_cm3: 314.5 },
    comparisons: { upper_cm3: '>' },
    source: `${RELEASE}, citing Bezerra 2005`,
    keywords: ['splenomegaly', 'detection', 'enlarged', 'spleen', 'threshold'],
  },
  {
    id: 'normal-pancreas-volume',
    title: 'Normal pancreas volume',
    statement: 'A pancreas usually measures between 40 and 100 cm³.',
    thresholds: { upper_cm3: 100, lower_cm3: 40 },
    comparisons: { upper_cm3: '>' },
    source: `${RELEASE}, citing radiologyassistant.nl`,
    keywords: ['pancreas', 'volume', 'normal', 'size'],
  },
  {
    id: 'normal-kidney-volume',
    title: 'Normal kidney volume',
    statement: 'One kidney measures 130 to 260 cm³, so both together measure 260 to 520 cm³.',
    thresholds: { upper_cm3: 260, lower_cm3: 130, total_upper_cm3: 520, total_lower_cm3: 260 },
    comparisons: { upper_cm3: '>', total_upper_cm3: '>' },
    source: `${RELEASE}, citing radiologyassistant.nl`,
    keywords: ['kidney', 'volume', 'normal', 'size'],
  },
];

const fat: readonly CriterionEntry[] = [
  {
    id: 'fatty-liver',
    title: 'Fatty liver on unenhanced CT',
    statement:
      'Without contrast, a liver whose mean attenuation is below that of the spleen (ratio under 1.0) is fatty; a liver below 40 HU points to moderate or severe change.',
    thresholds: { liver_spleen_ratio: 1.0, moderate_liver_hu: 40 },
    comparisons: { liver_spleen_ratio: '<', moderate_liver_hu: '<' },
    rule: 'liver-spleen-ratio',
    applicability: unenhanced,
    source: `${RELEASE}, citing PMC3377794`,
    keywords: ['fatty', 'liver', 'steatosis', 'hepatic', 'L/S', 'ratio'],
  },
  {
    id: 'hepatic-steatosis-grading',
    title: 'Hepatic steatosis grading',
    statement:
      'Grade 0: liver at least 58 HU and liver-to-spleen ratio at least 1.0. Grade 1: 51 to 57 HU or ratio 0.8 to 1.0. Grade 2: 39 to 50 HU or ratio 0.5 to 0.8. Grade 3: under 39 HU or ratio under 0.5.',
    thresholds: { g1_hu: 58, g2_hu: 51, g3_hu: 39, g1_ratio: 1.0, g2_ratio: 0.8, g3_ratio: 0.5 },
    comparisons: { g1_hu: '<', g2_hu: '<', g3_hu: '<', g1_ratio: '<', g2_ratio: '<', g3_ratio: '<' },
    applicability: unenhanced,
    source: `${RELEASE}, citing Kodama 2007, Radiology 245(1):95`,
    keywords: ['hepatic', 'steatosis', 'grading', 'grade', 'liver', 'fatty', 'kodama'],
    assumed: 'The release is silent on which grade holds when attenuation and ratio disagree.',
  },
  {
    id: 'pancreatic-steatosis',
    title: 'Pancreatic steatosis',
    statement: 'The pancreas is fatty when its mean attenuation is under 0.70 of the mean of the spleen.',
    thresholds: { pancreas_spleen_ratio: 0.7 },
    comparisons: { pancreas_spleen_ratio: '<' },
    applicability: unenhanced,
    source: `${RELEASE}, citing PMC8833002`,
    keywords: ['pancreatic', 'steatosis', 'fatty', 'pancreas', 'P/S', 'ratio', 'infiltration'],
  },
];

const pancreasAndKidney: readonly CriterionEntry[] = [
  {
    id: 'pseudocyst',
    title: 'Pancreatic pseudocyst or mucinous cyst',
    statement:
      'Fluid above 14.5 HU in a pancreatic cyst speaks for a pseudocyst; otherwise it is taken as mucinous.',
    thresholds: { above_hu: 14.5 },
    comparisons: { above_hu: '>' },
    source: `${RELEASE}, citing PMID 21737901`,
    keywords: ['pseudocyst', 'pancreatic', 'cyst', 'mucin', 'mucinous'],
  },
  {
    id: 'pancreatic-cyst-resection',
    title: 'Pancreatic cyst resection',
    statement: 'Surgery is advised for a pancreatic cyst of more than 3.0 cm³ or with a diameter over 3 cm.',
    thresholds: { volume_cm3: 3, diameter_cm: 3 },
    comparisons: { volume_cm3: '>', diameter_cm: '>' },
    source: `${RELEASE}, citing Hopkins and ACR`,
    keywords: ['pancreatic', 'cyst', 'resection', 'surgery', 'remove'],
  },
  {
    id: 'kidney-lesion-type',
    title: 'Kidney lesion type by attenuation: cyst or tumor',
    statement:
      'A renal lesion with a mean above 34.8 HU is more likely a solid tumor, at or below it a cyst.',
    thresholds: { cyst_below_hu: 34.8 },
    comparisons: { cyst_below_hu: '<=' },
    source: `${RELEASE}, citing AJR 2017 (10.2214/AJR.16.17119)`,
    keywords: ['kidney', 'cyst', 'tumor', 'classification', 'type', 'renal'],
  },
  {
    id: 'pdac-vs-pnet',
    title: 'PDAC vs PNET: ductal adenocarcinoma or neuroendocrine',
    statement:
      'Ductal adenocarcinoma is darker than the pancreas, ill-defined, and lies in the head in about two of three patients; a neuroendocrine tumor is as bright or brighter, sharply bordered, and favours body and tail.',
    thresholds: { pdac_head_low_percent: 60, pdac_head_high_percent: 70 },
    source: `${RELEASE}, citing NCCN Pancreatic Cancer 2024`,
    keywords: [
      'pdac',
      'pnet',
      'pancreatic',
      'adenocarcinoma',
      'neuroendocrine',
      'classification',
      'subtype',
      'ductal',
    ],
  },
  {
    id: 'portal-hypertension',
    title: 'Portal hypertension on CT',
    statement:
      'Signs are a spleen over 314.5 cm³, a caudate lobe of more than 0.65 of the right lobe, collateral veins, and ascites.',
    thresholds: { spleen_cm3: 314.5, caudate_right_ratio: 0.65 },
    comparisons: { spleen_cm3: '>', caudate_right_ratio: '>' },
    source: `${RELEASE}, citing Harbin 1980 and Radiology 2024`,
    keywords: ['portal', 'hypertension', 'splenomegaly', 'liver', 'cirrhosis', 'caudate'],
  },
  {
    id: 'renal-mass',
    title: 'Renal mass characterization by attenuation',
    statement:
      'By mean attenuation: -10 to 20 HU is a simple cyst, 20 to 70 HU stays indeterminate, above 70 HU is a hyperattenuating cyst; a solid mass that enhances is taken for renal cell carcinoma.',
    thresholds: { simple_low_hu: -10, simple_high_hu: 20, indeterminate_high_hu: 70 },
    comparisons: { simple_low_hu: '>=', simple_high_hu: '<=', indeterminate_high_hu: '<=' },
    applicability: unenhanced,
    source: `${RELEASE}, citing Silverman 2019 (Bosniak v2019)`,
    keywords: ['renal', 'mass', 'kidney', 'bosniak', 'cyst', 'characterization', 'HU', 'solid'],
    assumed: 'The release does not say to which class exactly 20 HU belongs.',
  },
];

const relations: readonly CriterionEntry[] = [
  {
    id: 'tumor-burden',
    title: 'Tumor burden as percentage of the organ',
    statement:
      'Burden is the summed volume of the lesions divided by the volume of the organ, in percent; beyond 50 % the disease is advanced.',
    thresholds: { advanced_percent: 50 },
    comparisons: { advanced_percent: '>' },
    source: `${RELEASE}, citing EASL-EORTC HCC guidelines`,
    keywords: ['tumor', 'burden', 'percentage', 'lesion', 'volume', 'ratio'],
  },
  {
    id: 'organ-hu-ratio',
    title: 'Organ HU ratio: liver to spleen, pancreas to spleen',
    statement:
      'Normally the liver reaches at least 1.0 and the pancreas at least 0.70 of the attenuation of the spleen; lower ratios mean fat in that organ.',
    thresholds: { liver_spleen_ratio: 1.0, pancreas_spleen_ratio: 0.7 },
    comparisons: { liver_spleen_ratio: '<', pancreas_spleen_ratio: '<' },
    applicability: unenhanced,
    source: `${RELEASE}, citing Kodama 2007 and PMC8833002`,
    keywords: ['organ', 'HU', 'ratio', 'L/S', 'P/S', 'liver', 'spleen', 'pancreas'],
  },
  {
    id: 'kidney-asymmetry',
    title: 'Bilateral kidney asymmetry',
    statement:
      'The kidneys are asymmetric when one carries clearly more lesions, by volume or number, than the other.',
    thresholds: { factor_ratio: 2 },
    comparisons: { factor_ratio: '>=' },
    source: `${RELEASE}, citing clinical practice`,
    keywords: ['bilateral', 'kidney', 'asymmetry', 'left', 'right', 'comparison'],
    assumed:
      'The release gives no cut-off for "substantially more"; twice as much is this project\'s choice.',
  },
  {
    id: 'pancreatic-tumor-staging',
    title: 'Pancreatic tumor staging, T1 to T4',
    statement:
      'T1 measures up to 2 cm, T2 more than 2 and up to 4 cm, T3 more than 4 cm; a tumor that invades celiac trunk, superior mesenteric or common hepatic artery is T4 at any size.',
    thresholds: { t1_cm: 2, t2_cm: 4, t4_contact_deg: 180, t4_contact_inclusive: 1 },
    comparisons: { t1_cm: '<=', t2_cm: '<=', t4_contact_deg: '>=' },
    source: `${RELEASE}, citing AJCC 8th edition`,
    keywords: ['pancreatic', 'tumor', 'staging', 'T1', 'T2', 'T3', 'T4', 'stage'],
    assumed:
      'The entry names no contact angle for invasion; 180° and more is the rule of the upstream reports.',
  },
  {
    id: 'pancreatic-lesion-resectability',
    title: 'Resectability of a pancreatic lesion',
    statement:
      'Resectable: free of the mesenteric and hepatic arteries and of the portal and mesenteric veins. Borderline: arterial contact of at most 180° or a narrowed vein. Unresectable: an artery encased by more than 180° or a closed vein.',
    thresholds: {
      artery_borderline_deg: 0,
      vein_borderline_deg: 0,
      sma_unresectable_deg: 180,
      celiac_unresectable_deg: 180,
      cha_unresectable_deg: 180,
    },
    comparisons: {
      artery_borderline_deg: '>',
      vein_borderline_deg: '>',
      sma_unresectable_deg: '>',
      celiac_unresectable_deg: '>',
      cha_unresectable_deg: '>',
    },
    rule: 'nccn',
    source: `${RELEASE}, citing NCCN guidelines`,
    keywords: ['resectability', 'resectable', 'borderline', 'unresectable', 'surgical', 'pancreatic'],
    assumed: 'Any contact with a vein stands for involvement; narrowing and occlusion are not in a mask.',
  },
];

const reference: readonly CriterionEntry[] = [
  {
    id: 'liver-segments',
    title: 'Liver segments after Couinaud',
    statement:
      'Segment 1 is the caudate lobe, 2 and 3 form the left lateral part, 4 the left medial, 5 and 8 the right anterior, 6 and 7 the right posterior part.',
    source: `${RELEASE}, citing radiologyassistant.nl`,
    keywords: ['liver', 'segment', 'hepatic', 'couinaud', 'anatomy'],
  },
  {
    id: 'attenuation-class',
    title: 'Attenuation class of a lesion: hypoattenuating, isoattenuating, hyperattenuating',
    statement:
      'A lesion is hypoattenuating when darker than its organ (cysts, some tumors), hyperattenuating when brighter (vascular, bleeding), isoattenuating when alike.',
    thresholds: { sd_ratio: 0.1 },
    comparisons: { sd_ratio: '<' },
    source: `${RELEASE}, citing general radiology`,
    keywords: ['attenuation', 'hypoattenuating', 'hyperattenuating', 'isoattenuating', 'enhancement'],
    assumed:
      'The entry says "similar" only; within a tenth of the organ\'s standard deviation is the upstream rule.',
  },
  {
    id: 'li-rads',
    title: 'LI-RADS categories of a liver lesion',
    statement:
      'In patients at high risk: LR-1 is benign, LR-2 probably benign, LR-3 intermediate, LR-4 probably and LR-5 definitely hepatocellular carcinoma.',
    source: `${RELEASE}, citing radiologyassistant.nl`,
    keywords: ['LI-RADS', 'liver', 'lesion', 'classification', 'HCC'],
  },
  {
    id: 'normal-hounsfield',
    title: 'Normal Hounsfield values of organs',
    statement:
      'Without contrast: liver 50 to 65 HU, spleen 40 to 55, renal cortex 30 to 45, pancreas 35 to 45.',
    thresholds: {
      liver_low_hu: 50,
      liver_high_hu: 65,
      spleen_low_hu: 40,
      spleen_high_hu: 55,
      kidney_low_hu: 30,
      kidney_high_hu: 45,
      pancreas_low_hu: 35,
      pancreas_high_hu: 45,
    },
    applicability: unenhanced,
    source: `${RELEASE}, citing reference tables`,
    keywords: ['HU', 'hounsfield', 'normal', 'organ', 'reference', 'value'],
  },
  {
    id: 'bosniak-classification',
    title: 'Bosniak classification of renal cysts',
    statement:
      'I is simple (under 20 HU, no enhancement), II has little complexity, IIF more and is followed, III is indeterminate and operated, IV is malignant.',
    thresholds: { simple_hu: 20 },
    comparisons: { simple_hu: '<' },
    source: `${RELEASE}, citing radiologyassistant.nl`,
    keywords: ['bosniak', 'renal', 'cyst', 'kidney', 'classification'],
  },
  {
    id: 'lesion-outlier',
    title: 'Lesion outlier: largest against second largest',
    statement:
      'With three or more lesions, the largest is an outlier if its volume is at least three times that of the second largest.',
    thresholds: { least_lesions: 3, ratio: 3 },
    comparisons: { least_lesions: '>=', ratio: '>=' },
    source: `${RELEASE}, DeepTumorVQA protocol`,
    keywords: ['outlier', 'lesion', 'volume', 'largest'],
  },
  {
    id: 'liver-segment-clustering',
    title: 'Clustering of lesions over the liver segments',
    statement:
      'Highly clustered: more than half in one segment. Somewhat clustered: at least three quarters in the two fullest segments. Otherwise widely distributed.',
    thresholds: { high_percent: 50, top_two_percent: 75 },
    comparisons: { high_percent: '>', top_two_percent: '>=' },
    source: `${RELEASE}, DeepTumorVQA protocol`,
    keywords: ['clustering', 'clustered', 'distributed', 'liver', 'segment'],
    assumed: 'Shares are of the number of lesions; the release does not say whether by number or volume.',
  },
];

export default defineCriteria(
  { id: 'published', title: 'Released knowledge base', version: '2.0', matching: 'published' },
  [...volumes, ...fat, ...pancreasAndKidney, ...relations, ...reference],
);
