// The KiTS masks of a folder: which case, whose, and the size the clinicians wrote down.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Annotation, RawAnnotation } from '../../src/domain/volume.ts';

export interface KitsCase {
  readonly id: string;
  /** KiTS23 kept the numbers of KiTS19's patients. */
  readonly patient: string;
  readonly mask: string;
  readonly labels: Readonly<Record<string, number>>;
  /** Largest diameter in cm from the radiology report, where the clinical table has it. */
  readonly radiographicCm?: number;
}

interface ClinicalRow {
  readonly case_id: string;
  readonly radiographic_size?: number | null;
}

function clinical(path: string): Map<string, number> {
  if (!existsSync(path)) return new Map();
  const rows = JSON.parse(readFileSync(path, 'utf8')) as ClinicalRow[];
  return new Map(
    rows.flatMap((row) =>
      typeof row.radiographic_size === 'number' ? [[row.case_id, row.radiographic_size]] : [],
    ),
  );
}

const KITS19 = { kidney: 1, kidney_tumor: 2 };
const KITS23 = { kidney: 1, kidney_tumor: 2, kidney_cyst: 3 };

/** Every segmentation under `folder` (single files of either year, and the challenge's own layout in kits23/). */
export function kitsCases(folder: string): KitsCase[] {
  const sizes19 = clinical(join(folder, 'kits19_clinical.json'));
  const sizes23 = clinical(join(folder, 'kits23', 'kits.json'));
  const cases: KitsCase[] = [];
  for (const name of readdirSync(folder).sort()) {
    const match = name.match(/^kits(19|23)_(case_\d+)_segmentation\.nii\.gz$/);
    if (match === null) continue;
    const [, year, patient] = match;
    const size = (year === '23' ? sizes23.get(patient) : undefined) ?? sizes19.get(patient);
    cases.push({
      id: `kits${year}/${patient}`,
      patient,
      mask: join(folder, name),
      labels: year === '19' ? KITS19 : KITS23,
      ...(size === undefined ? {} : { radiographicCm: size }),
    });
  }
  const layout = join(folder, 'kits23');
  if (existsSync(layout))
    for (const patient of readdirSync(layout).sort()) {
      const mask = join(layout, patient, 'segmentation.nii.gz');
      if (!existsSync(mask)) continue;
      const size = sizes23.get(patient);
      cases.push({
        id: `kits23/${patient}`,
        patient,
        mask,
        labels: KITS23,
        ...(size === undefined ? {} : { radiographicCm: size }),
      });
    }
  return cases;
}

/** One case per patient: the KiTS23 drawing where there are two, since it was made later and by three annotators. */
export function oncePerPatient<T extends KitsCase>(cases: readonly T[]): T[] {
  const kept = new Map<string, T>();
  for (const one of cases)
    if (!kept.has(one.patient) || one.id.startsWith('kits23')) kept.set(one.patient, one);
  return [...kept.values()];
}

/** A label map with canonical structures, without a label scheme in between. */
export function annotationOf(raw: RawAnnotation, labels: Readonly<Record<string, number>>): Annotation {
  return {
    grid: raw.grid,
    layers: [
      {
        data: raw.layers[0].data,
        labels: Object.entries(labels).map(([structure, value]) => ({ structure, value, name: structure })),
      },
    ],
    annotated: Object.keys(labels),
    scheme: 'kits',
    origin: { kind: 'annotated' },
    unknown: [],
    source: raw.source,
  };
}
