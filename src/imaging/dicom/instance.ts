// What a series needs to know of each file before any pixel is decoded.

import type { Phase } from '../../domain/case.ts';
import type { CaseFacts } from '../layout.ts';
import { decimal, firstItem, number, text, texts } from './attributes.ts';
import type { DicomFile } from './parse.ts';
import { hasPixels } from './pixel-header.ts';
import { type Plane, planesOf } from './plane.ts';
import type { DicomSource } from './sources.ts';

export interface Instance {
  readonly source: DicomSource;
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly study: string;
  readonly series: string;
  readonly frameOfReference: string;
  readonly modality: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsStored: number;
  readonly signed: boolean;
  /** False for reports, plans, waveforms …: objects without image pixels. */
  readonly isImage: boolean;
  /** True when the file ends before its pixels could begin. */
  readonly broken: boolean;
  readonly planes: readonly Plane[];
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** For the layout: what may be known of the patient, and the source's name of the patient, to be hashed. */
  readonly caseFacts: CaseFacts;
  readonly patient: string;
  readonly notes: readonly string[];
}

const SEGMENTATION_CLASSES: readonly string[] = [
  '1.2.840.10008.5.1.4.1.1.66.4',
  '1.2.840.10008.5.1.4.1.1.66.7',
];
const RTSTRUCT_CLASS = '1.2.840.10008.5.1.4.1.1.481.3';

export function isSegmentation({ sopClass, modality }: Pick<Instance, 'sopClass' | 'modality'>): boolean {
  return SEGMENTATION_CLASSES.includes(sopClass) || (sopClass === '' && modality === 'SEG');
}

export function isStructureSet({ sopClass, modality }: Pick<Instance, 'sopClass' | 'modality'>): boolean {
  return sopClass === RTSTRUCT_CLASS || (sopClass === '' && modality === 'RTSTRUCT');
}

/** Words of protocol and series names that tell when after contrast a scan was taken. The first that fits counts. */
const PHASES: readonly (readonly [RegExp, Phase])[] = [
  [/\b(un-?enhanced|non-?contrast|no contrast|native|nativ|plain|w\/o|without)\b/i, 'unenhanced'],
  [/\b(arterial|arteriell|art)\b/i, 'arterial'],
  [/\b(portal|venous|ven[oö]s|pv|pvp)\b/i, 'portal-venous'],
  [/\b(delayed|delay|late|excretory|nephrographic)\b/i, 'delayed'],
];

function phaseOf(file: DicomFile): Phase | undefined {
  const words = ['0008103e', '00181030']
    .map((tag) => text(file, tag) ?? '')
    .join(' ')
    .replaceAll('_', ' ');
  const named = PHASES.find(([pattern]) => pattern.test(words))?.[1];
  // A contrast agent in the header rules out a scan that only looks unenhanced by its name.
  return named === 'unenhanced' && text(file, '00180010') !== undefined ? undefined : named;
}

/** Age in years from PatientAge ("060Y", "008M"), or from the dates of birth and study. */
export function ageYears(file: DicomFile): number | undefined {
  const age = /^(\d{1,3})([DWMY])$/.exec(text(file, '00101010') ?? '');
  if (age !== null)
    return Number(age[1]) / { D: 365.25, W: 52.18, M: 12, Y: 1 }[age[2] as 'D' | 'W' | 'M' | 'Y'];
  const born = /^(\d{4})(\d\d)(\d\d)$/.exec(text(file, '00100030') ?? '');
  const studied = /^(\d{4})(\d\d)(\d\d)$/.exec(text(file, '00080020') ?? '');
  if (born === null || studied === null) return undefined;
  const before = `${studied[2]}${studied[3]}` < `${born[2]}${born[3]}` ? 1 : 0;
  const years = Number(studied[1]) - Number(born[1]) - before;
  return years >= 0 && years < 130 ? years : undefined;
}

/** A structure set names its frame of reference inside a sequence. */
function frameOfStructures(file: DicomFile): string | undefined {
  const item = firstItem(file, '30060010');
  return item && text(item, '00200052');
}

/** Names of makers and models are short and plain; free text in their place is no name, and goes no further. */
function makersName(text: string): string {
  return text.length <= 64 && /^[\p{L}\p{N} .,&/()+_-]*$/u.test(text) ? text : '';
}

function caseFactsOf(file: DicomFile): CaseFacts {
  const sex = text(file, '00100040');
  const scanner = [text(file, '00080070'), text(file, '00081090')]
    .filter((part) => part !== undefined)
    .map(makersName)
    .join(' ')
    .trim();
  const age = ageYears(file);
  const phase = phaseOf(file);
  const modality = text(file, '00080060');
  return {
    ...(sex === 'F' || sex === 'M' || sex === 'O' ? { sex } : {}),
    ...(age === undefined ? {} : { ageYears: age }),
    ...(phase === undefined ? {} : { phase }),
    ...(scanner === '' ? {} : { scanner }),
    ...(modality === undefined ? {} : { modality }),
  };
}

function shownFacts(
  file: DicomFile,
  thickness: number | undefined,
): Record<string, string | number | boolean> {
  const facts: Record<string, string | number | boolean> = {};
  const set = (key: string, value: string | number | boolean | undefined) => {
    if (value !== undefined) facts[key] = value;
  };
  set('modality', text(file, '00080060'));
  set('manufacturer', text(file, '00080070'));
  set('model', text(file, '00081090'));
  set('kvp', decimal(file, '00180060'));
  set('kernel', text(file, '00181210'));
  set('sliceThickness', thickness ?? decimal(file, '00180050'));
  if (text(file, '00180010') !== undefined) facts.contrast = true;
  set('phase', phaseOf(file));
  const units = text(file, '00541001');
  set('pixelUnits', units);
  return facts;
}

/** Reads an instance's header. `planes` has one entry for each frame. */
export function instanceOf(file: DicomFile, source: DicomSource): Instance {
  const frames = Math.max(1, Math.min(1_000_000, Number(text(file, '00280008') ?? 1) || 1));
  const notes = [...file.notes];
  const planes = planesOf(file, frames);
  if (texts(file, '00080008').includes('LOCALIZER')) notes.push('localizer image');
  return {
    source,
    sopClass: text(file, '00080016') ?? text(file.meta, '00020002') ?? '',
    sopInstance: text(file, '00080018') ?? text(file.meta, '00020003') ?? '',
    study: text(file, '0020000d') ?? '',
    series: text(file, '0020000e') ?? '',
    frameOfReference: text(file, '00200052') ?? frameOfStructures(file) ?? '',
    modality: text(file, '00080060') ?? '',
    seriesNumber: Number(text(file, '00200011') ?? 0) || 0,
    instanceNumber: Number(text(file, '00200013') ?? 0) || 0,
    rows: number(file, '00280010', 'US') ?? 0,
    columns: number(file, '00280011', 'US') ?? 0,
    samplesPerPixel: number(file, '00280002', 'US') ?? 1,
    bitsStored: number(file, '00280101', 'US') ?? 16,
    signed: number(file, '00280103', 'US') === 1,
    isImage: file.stoppedAt !== undefined || hasPixels(file),
    broken: file.brokenAt !== undefined,
    planes,
    facts: shownFacts(file, planes[0].thickness),
    caseFacts: caseFactsOf(file),
    patient: text(file, '00100020') ?? text(file, '00100010') ?? '',
    notes,
  };
}
