// SNOMED CT codes of segments, by structure id or name; what is not listed is coded as plain tissue.
import { structureOf } from '../../domain/structures.ts';

export interface DicomCode {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

const sct = (value: string, meaning: string): DicomCode => ({ value, scheme: 'SCT', meaning });

const ANATOMY = sct('123037004', 'Anatomical Structure');
const TISSUE = sct('85756007', 'Tissue');
const ABNORMAL = sct('49755003', 'Morphologically Abnormal Structure');

const STRUCTURE_CODES: Readonly<Record<string, DicomCode>> = {
  liver: sct('10200004', 'Liver'),
  spleen: sct('78961009', 'Spleen'),
  pancreas: sct('15776009', 'Pancreas'),
  kidney: sct('64033007', 'Kidney'),
  kidney_left: sct('18639004', 'Left kidney'),
  kidney_right: sct('9846003', 'Right kidney'),
  colon: sct('71854001', 'Colon'),
  stomach: sct('69695003', 'Stomach'),
  duodenum: sct('38848004', 'Duodenum'),
  small_bowel: sct('30315005', 'Small Intestine'),
  esophagus: sct('32849002', 'Esophagus'),
  gallbladder: sct('28231008', 'Gallbladder'),
  urinary_bladder: sct('89837001', 'Bladder'),
  prostate: sct('41216001', 'Prostate'),
  uterus: sct('35039007', 'Uterus'),
  rectum: sct('34402009', 'Rectum'),
  heart: sct('80891009', 'Heart'),
  lung_left: sct('44029006', 'Left lung'),
  lung_right: sct('3341006', 'Right lung'),
  aorta: sct('15825003', 'Aorta'),
  postcava: sct('64131007', 'Inferior vena cava'),
};

const LESION_CODES: readonly (readonly [RegExp, DicomCode])[] = [
  [/cyst/, sct('441457006', 'Cyst')],
  [/tumou?r|pdac|pnet|neoplasm/, sct('108369006', 'Neoplasm')],
  [/lesion|mass/, sct('52988006', 'Lesion')],
];

/** Category and type of a segment called `name` (a structure id, or a label's own name). */
export function segmentCodes(name: string): { category: DicomCode; type: DicomCode } {
  const id = name.toLowerCase().replaceAll(/[\s-]+/g, '_');
  const anatomy = STRUCTURE_CODES[id];
  if (anatomy !== undefined) return { category: ANATOMY, type: anatomy };
  if (structureOf(id)?.kind === 'lesion' || /cyst|tumou?r|lesion|mass\b/.test(id)) {
    const lesion = LESION_CODES.find(([pattern]) => pattern.test(id))?.[1];
    if (lesion !== undefined) return { category: ABNORMAL, type: lesion };
  }
  return { category: TISSUE, type: TISSUE };
}
