// The report rules upstream of DeepTumorVQA (RadGPT, AbdomenAtlas 3.0), which differ from the released knowledge base.
// Implemented from the notes on those rules; what they do not cover is borrowed from `published` and marked.
import { borrowed, type CriterionEntry, defineCriteria } from '../criterion.ts';
import published from './published.ts';

const SOURCE = 'RadGPT report rules (AbdomenAtlas 3.0, 2025)';
const unenhanced = { phases: ['unenhanced'], modality: 'CT' } as const;

const own: readonly CriterionEntry[] = [
  {
    id: 'normal-liver-volume',
    title: 'Normal liver volume',
    statement: 'The report calls a liver large only above 3000 cm³.',
    thresholds: { upper_cm3: 3000 },
    comparisons: { upper_cm3: '>' },
    source: SOURCE,
    keywords: ['liver', 'volume', 'normal', 'size', 'enlargement', 'enlarged', 'hepatomegaly'],
  },
  {
    id: 'normal-spleen-volume',
    title: 'Normal spleen volume',
    statement: 'A spleen above 314.5 cm³ is reported as large, above 430.8 cm³ as massively enlarged.',
    thresholds: { upper_cm3: 314.5, massive_cm3: 430.8 },
    comparisons: { upper_cm3: '>', massive_cm3: '>' },
    source: SOURCE,
    keywords: ['spleen', 'volume', 'normal', 'size', 'enlargement', 'enlarged', 'splenomegaly', 'massive'],
  },
  {
    id: 'splenomegaly-detection',
    title: 'Splenomegaly detection threshold',
    statement:
      'Splenomegaly is reported when the spleen exceeds 314.5 cm³, massive splenomegaly beyond 430.8 cm³.',
    thresholds: { upper_cm3: 314.5, massive_cm3: 430.8 },
    comparisons: { upper_cm3: '>', massive_cm3: '>' },
    source: SOURCE,
    keywords: ['splenomegaly', 'detection', 'enlarged', 'spleen', 'threshold', 'massive'],
  },
  {
    id: 'normal-pancreas-volume',
    title: 'Normal pancreas volume',
    statement: 'The report calls a pancreas large above 83 cm³.',
    thresholds: { upper_cm3: 83 },
    comparisons: { upper_cm3: '>' },
    source: SOURCE,
    keywords: ['pancreas', 'volume', 'normal', 'size', 'enlarged'],
  },
  {
    id: 'normal-kidney-volume',
    title: 'Normal kidney volume',
    statement: 'A kidney is reported as large when one side exceeds 207.6 cm³, half of 415.2 cm³ for both.',
    thresholds: { upper_cm3: 207.6, total_upper_cm3: 415.2 },
    comparisons: { upper_cm3: '>', total_upper_cm3: '>' },
    source: SOURCE,
    keywords: ['kidney', 'volume', 'normal', 'size', 'enlarged'],
  },
  {
    id: 'fatty-liver',
    title: 'Fatty liver on unenhanced CT',
    statement:
      'On plain scans a liver with a mean of 40 HU or less is reported as fatty; the spleen is not consulted.',
    thresholds: { liver_hu: 40 },
    comparisons: { liver_hu: '<=' },
    rule: 'liver-attenuation',
    applicability: unenhanced,
    source: SOURCE,
    keywords: ['fatty', 'liver', 'steatosis', 'hepatic', 'hu'],
  },
  {
    id: 'pancreatic-steatosis',
    title: 'Pancreatic steatosis',
    statement:
      'On plain scans a pancreas at or below 0.7 of the attenuation of the spleen is reported as fatty.',
    thresholds: { pancreas_spleen_ratio: 0.7 },
    comparisons: { pancreas_spleen_ratio: '<=' },
    applicability: unenhanced,
    source: SOURCE,
    keywords: ['pancreatic', 'steatosis', 'fatty', 'pancreas', 'P/S', 'ratio'],
  },
  {
    id: 'pancreatic-tumor-staging',
    title: 'Pancreatic tumor staging: T stage of a PDAC',
    statement:
      'T4 if mesenteric artery, celiac trunk or common hepatic artery is in contact over 180° or more; else by size: T1 up to 2 cm (a to 0.5, b to 1), T2 up to 4 cm, T3 above.',
    thresholds: {
      t1a_cm: 0.5,
      t1b_cm: 1,
      t1_cm: 2,
      t2_cm: 4,
      t4_contact_deg: 180,
      t4_contact_inclusive: 1,
    },
    comparisons: { t1a_cm: '<=', t1b_cm: '<=', t1_cm: '<=', t2_cm: '<=', t4_contact_deg: '>=' },
    source: SOURCE,
    keywords: ['pancreatic', 'tumor', 'staging', 'T1', 'T2', 'T3', 'T4', 'stage', 'pdac'],
  },
  {
    id: 'pnet-staging',
    title: 'PNET staging: T stage of a neuroendocrine tumor',
    statement:
      'T4 on arterial contact of 180° or more, or on contact with stomach, spleen, colon, left adrenal gland or left kidney; T3 on contact with duodenum or bile duct; else T1 under 2 cm, T2 up to 4 cm, T3 above.',
    thresholds: { t1_cm: 2, t2_cm: 4, t4_contact_deg: 180, t4_contact_inclusive: 1 },
    comparisons: { t1_cm: '<', t2_cm: '<=', t4_contact_deg: '>=' },
    source: SOURCE,
    keywords: ['pnet', 'neuroendocrine', 'staging', 'stage', 'tumor', 'pancreatic'],
    assumed: 'Upstream gives a tumor of exactly 2 cm no stage; here it is T2.',
  },
  {
    id: 'pancreatic-lesion-resectability',
    title: 'Resectability of a pancreatic lesion',
    statement:
      'Resectable without contact to mesenteric, hepatic and celiac arteries and portal or mesenteric vein. Unresectable with more than 180° of the mesenteric artery, or (in the head) any contact with celiac trunk or vena cava, or (elsewhere) more than 180° of the celiac trunk. Borderline when celiac trunk and veins are free and the mesenteric artery is held by less than 180°. Otherwise the report stays silent.',
    thresholds: {
      any_contact_deg: 0,
      head_sma_unresectable_deg: 180,
      head_celiac_unresectable_deg: 0,
      head_ivc_unresectable_deg: 0,
      other_sma_unresectable_deg: 180,
      other_celiac_unresectable_deg: 180,
      borderline_sma_deg: 180,
    },
    comparisons: {
      any_contact_deg: '>',
      head_sma_unresectable_deg: '>',
      head_celiac_unresectable_deg: '>',
      head_ivc_unresectable_deg: '>',
      other_sma_unresectable_deg: '>',
      other_celiac_unresectable_deg: '>',
      borderline_sma_deg: '<',
    },
    rule: 'radgpt',
    source: SOURCE,
    keywords: ['resectability', 'resectable', 'borderline', 'unresectable', 'surgical', 'pancreatic'],
    assumed: 'The branch for the head of the pancreas is applied as written; upstream it cannot be reached.',
  },
  {
    id: 'attenuation-class',
    title: 'Attenuation class of a lesion: hypoattenuating, isoattenuating, hyperattenuating',
    statement:
      'A lesion is isoattenuating when its mean differs from the mean of the organ by less than a tenth of the standard deviation of the organ; below that it is hypo-, above it hyperattenuating.',
    thresholds: { sd_ratio: 0.1 },
    comparisons: { sd_ratio: '<' },
    source: SOURCE,
    keywords: ['attenuation', 'hypoattenuating', 'hyperattenuating', 'isoattenuating', 'enhancement'],
  },
];

export default defineCriteria(
  { id: 'radgpt', title: 'RadGPT report rules', version: '1', matching: 'strict' },
  [
    ...own,
    ...borrowed(
      published,
      own,
      'The RadGPT report rules are silent here: taken from the released knowledge base.',
    ),
  ],
);
