// The fourteen findings of chest radiographs (the label set of CheXpert) and the words by which reports mention them.

export const FINDINGS = [
  'No Finding',
  'Enlarged Cardiomediastinum',
  'Cardiomegaly',
  'Lung Opacity',
  'Lung Lesion',
  'Edema',
  'Consolidation',
  'Pneumonia',
  'Atelectasis',
  'Pneumothorax',
  'Pleural Effusion',
  'Pleural Other',
  'Fracture',
  'Support Devices',
] as const;
export type Finding = (typeof FINDINGS)[number];

export interface FindingPattern {
  readonly finding: Finding;
  /** Global, on lower-case sentences. */
  readonly mention: RegExp;
  /** Words nearby with which the mention is about something else. */
  readonly unless?: RegExp;
}

const ENLARGED = '(?:enlarge\\w*|prominen\\w*|increased in size)';
const HEART =
  '(?:heart|cardiac (?:silhouette|contours?|size|shadow|enlargement)|cardiopericardial silhouette|cardio?mediastinal silhouette)';

export const FINDING_PATTERNS: readonly FindingPattern[] = [
  {
    finding: 'Cardiomegaly',
    mention: new RegExp(
      `cardiomegaly|borderline (?:heart|cardiac) size|heart (?:size )?(?:is )?borderline|heart (?:\\w+ ){0,3}slightly large\\b|${ENLARGED} (?:of )?(?:the )?${HEART}|${HEART}(?: \\w+){0,6}? ${ENLARGED}|cardiac enlargement|(?:heart|cardiac silhouette) (?:size )?(?:is|appears|remains) (?:\\w+ )?large\\b`,
      'g',
    ),
    unless: /aort\w+ (?:is|are) |prominent pulmonary|pulmonary arter/,
  },
  {
    finding: 'Enlarged Cardiomediastinum',
    mention:
      /(?:widen\w*|prominen\w*|enlarge\w*) (?:of )?(?:the )?(?:superior |upper )?(?:cardio)?mediastin\w*|mediastin\w*(?: \w+){0,3} (?:is|are|appears?)(?: \w+){0,2} (?:widen\w*|prominen\w*|enlarged)|mediastinal (?:widening|prominence|enlargement|mass)/g,
  },
  {
    finding: 'Lung Opacity',
    mention:
      /opaci\w+|air ?-?space (?:disease|process|opaci\w+|change)|infiltrat\w*|\bdensit(?:y|ies)\b|ground.?glass|\bhaz(?:e|y|iness)\b/g,
    unless:
      /bone (?:mineral )?densit|bony densit|metallic|calcific|soft tissue densit|vascular opaci|densit\w+ (?:of|in) the (?:bone|spine)/,
  },
  {
    finding: 'Lung Lesion',
    mention:
      /\bnodules?\b|fibronodul\w*|\bmass(?:es)?\b|neoplas\w*|malignan\w*|carcinoma|\btumou?rs?\b|metasta\w*|cavit(?:y|ary|ation)\w*|pulmonary lesions?|lung lesions?/g,
    unless: /thoracic cavity|body mass|thyroid|mastectomy|reticulonodular|mediastinal mass/,
  },
  {
    finding: 'Edema',
    mention:
      /edema|congesti\w+|\bchf\b|heart failure|failure pattern|cephaliz\w*|fluid overload|vascul\w+(?: \w+){0,4} (?:prominen\w*|engorge\w*|indistinct\w*|increased)|(?:prominen\w*|engorge\w*|increased|indistinct) (?:\w+ ){0,2}vascula\w+|are engorged|(?:pulmonary )?vascular redistribution|venous hypertension/g,
    unless: /soft tissue|bronchovascular/,
  },
  { finding: 'Consolidation', mention: /consolidat\w+/g },
  {
    finding: 'Pneumonia',
    mention: /pneumoni(?:a|as|c|tis)\b|bronchopneumonia|infecti(?:on|ous)\w*/g,
    unless: /granulomatous|interstitial pneumonitis|(?:prior|previous|old|remote) infect/,
  },
  {
    finding: 'Atelectasis',
    mention: /atelect\w+|volume loss|loss of volume|\bcollapse(?:d)?\b/g,
    unless: /vertebra|compression|fractur|body|bodies/,
  },
  { finding: 'Pneumothorax', mention: /pneumothora\w+|hydropneumo\w+/g },
  { finding: 'Pleural Effusion', mention: /effusions?|pleural fluid|hydropneumo\w+/g, unless: /pericardial/ },
  {
    finding: 'Pleural Other',
    mention:
      /pleural (?:\w+ )?(?:thicken\w*|scar\w*|plaques?|fibros\w*|calcif\w*)|(?:apical|pleuro-?parenchymal) (?:\w+ )?(?:thicken\w*|cap\w*)|pleuro-?parenchymal|fibrothorax|thicken\w* of (?:the )?(?:\w+ )?pleura/g,
  },
  { finding: 'Fracture', mention: /fractur\w*/g, unless: /fracture (?:or|and) (?:dis|sub)location/ },
  {
    finding: 'Support Devices',
    mention:
      /pacemaker|pacer\b|\bpicc\b|catheter\w*|port-?a-?cath\w*|\bmediport|chest port|\bports?\b|\btubes?\b|tracheostomy|central (?:venous )?lines?|\b(?:ij|subclavian|jugular|venous) (?:\w+ )?(?:lines?|access)|\bstents?\b|valve (?:replacement|prosthe\w*|repair)|prosthe(?:tic|sis)|valvular prosthe\w*|defibrillator|\ba?icd\b|\bleads?\b|hardware|arthroplast\w*|(?<!breast )implant(?:ed|s)?\b|\bdevices?\b|(?:spin\w*|cervical|lumbar|thoracic) fusion|\btip (?:\w+ ){0,6}(?:svc|cavoatrial|caval|atrium|atrial junction|vena)|xxxx-a-xxxx|bone anchor|fixation|\bscrews?\b|\brods?\b|stimulator|\bshunt\b|\bcannula/g,
    unless: /breast implant|needle/,
  },
];
