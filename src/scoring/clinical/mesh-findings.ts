// Open-i's hand-coded headings of chest reports as the fourteen findings: the truth that the extractor is scored against.
import type { Finding } from './finding-patterns.ts';

/** Headings are paths: "Opacity/lung/base/left/mild". The first pattern that fits gives the finding. */
const HEADINGS: readonly (readonly [RegExp, readonly Finding[]])[] = [
  [
    /^Cardiomegaly|^Cardiac Shadow\/(?!borderline).*enlarged|^Heart(?: Ventricles| Atria)?\/.*enlarged/,
    ['Cardiomegaly'],
  ],
  [/^Mediastinum\/.*(?:prominent|enlarged|wide)|^Mass\/mediastinum/, ['Enlarged Cardiomediastinum']],
  [
    /^(?:Opacity|Infiltrate|Airspace Disease)(?!\/bone)|^Density\/(?:lung|retrocardiac)|^Density$/,
    ['Lung Opacity'],
  ],
  [/^(?:Nodule|Mass)(?:\/lung|$)|^Cavitation/, ['Lung Lesion']],
  [/^Pulmonary (?:Edema|Congestion)|^Heart Failure/, ['Edema']],
  [/^Consolidation/, ['Consolidation']],
  [/^Pneumonia/, ['Pneumonia']],
  [/^Pulmonary Atelectasis|^Volume Loss/, ['Atelectasis']],
  [/^(?:Hydro|Hemo)pneumothorax/, ['Pneumothorax', 'Pleural Effusion']],
  [/^Pneumothorax/, ['Pneumothorax']],
  [/^Pleural Effusion|^Hemothorax/, ['Pleural Effusion']],
  [/^(?:Thickening|Cicatrix|Calcinosis|Fibrosis)\/.*pleura|^Pleura\b/, ['Pleural Other']],
  [/^Fractures, Bone/, ['Fracture']],
  [
    /^Catheters, Indwelling|^Implanted Medical Device|^Tube, Inserted|^Medical Device|^Stents|^Spinal Fusion/,
    ['Support Devices'],
  ],
];

/**
 * Findings of a report's major headings; undefined for reports that nobody coded ("No Indexing", or no heading). "No
 * Finding" means none of the others but support devices: what has no label here, a granuloma or a curved spine, is no
 * finding.
 */
export function findingsOfMesh(headings: readonly string[]): ReadonlySet<Finding> | undefined {
  if (headings.length === 0 || headings.includes('No Indexing')) return undefined;
  const found = new Set<Finding>();
  for (const heading of headings)
    for (const finding of HEADINGS.find(([pattern]) => pattern.test(heading))?.[1] ?? []) found.add(finding);
  if ([...found].every((finding) => finding === 'Support Devices')) found.add('No Finding');
  return found;
}
