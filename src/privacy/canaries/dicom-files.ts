// DICOM files with canaries in header and pixels: five kinds of image, text burned into each.
import type Sharp from 'sharp';
import { random } from '../../domain/random.ts';
import type { Raster } from '../../domain/volume.ts';
import type { Element } from '../../imaging/dicom/elements.ts';
import { sliceOf, WINDOWS, windowed } from '../../imaging/slices.ts';
import { phantomCohort } from '../../phantoms/cohort.ts';
import { encodeDicom, shortElement, textElement } from '../dicom/encode.ts';
import type { Box } from '../ocr.ts';
import { plantHeader } from './header.ts';
import { type Canary, type CanaryPatient, canaryPatient, canarySource } from './patient.ts';

export interface BurnedCanary extends Canary {
  readonly box: Box;
}

export interface CanaryFile {
  readonly name: string;
  readonly kind: Kind;
  readonly bytes: Uint8Array;
  /** Everywhere but in the pixels. */
  readonly header: readonly Canary[];
  /** In the pixels, with the box of their ink. */
  readonly burned: readonly BurnedCanary[];
  readonly patient: CanaryPatient;
}

export type Kind = 'ct' | 'colour' | 'inverted' | 'cine' | 'jpeg';
const KINDS: readonly Kind[] = ['ct', 'colour', 'inverted', 'cine', 'jpeg'];
const SIDE = 512;
const CT = '1.2.840.10008.5.1.4.1.1.2';
const SECONDARY = '1.2.840.10008.5.1.4.1.1.7';
const ULTRASOUND_CINE = '1.2.840.10008.5.1.4.1.1.3.1';
const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const FRAMES = 4;

/** `count` files of a seed; the kinds take turns. Anatomy is a phantom's. Throws `dependency-missing` without fonts. */
export async function canaryFiles(options: {
  readonly seed: string;
  readonly count: number;
}): Promise<CanaryFile[]> {
  const { default: sharp } = await import('sharp');
  const source = canarySource(random(options.seed, 'canaries'));
  const [phantom] = phantomCohort({ seed: options.seed, cases: 1 });
  const { volume } = phantom.render();
  const files: CanaryFile[] = [];
  for (let n = 0; n < options.count; n++) {
    const kind = KINDS[n % KINDS.length];
    const patient = canaryPatient(source);
    const slice = sliceOf(volume, 'axial', 12 + ((n * 7) % 40));
    const anatomy = await enlarged(sharp, windowed(slice, WINDOWS.abdomen));
    const { shown, burned } = await withText(sharp, anatomy, patient, kind, options.seed + n);
    const elements = new Map<string, Element>();
    const header = plantHeader(elements, patient, source);
    const extra = source.digits(9);
    const { sopClass, transferSyntax } = await putPixels(sharp, elements, shown, kind, extra);
    if (kind === 'jpeg') header.push({ where: 'JPEG comment', category: 'mrn', value: extra });
    elements
      .set('00080016', textElement('UI', sopClass))
      .set('00080060', textElement('CS', kind === 'ct' ? 'CT' : 'OT'));
    const preamble = `P${source.digits(9)}`;
    header.push({ where: 'preamble', category: 'mrn', value: preamble });
    const bytes = encodeDicom(
      { littleEndian: true, elements },
      { sopClass, sopInstance: `1.2.276.0.${source.digits(9)}.9`, transferSyntax },
    );
    bytes.set(Buffer.from(preamble), 0);
    files.push({ name: `${patient.family}-${n}.dcm`, kind, bytes, header, burned, patient });
  }
  return files;
}

async function enlarged(sharp: typeof Sharp, { width, height, data }: Raster): Promise<Raster> {
  const out = await sharp(data as Uint8Array, { raw: { width, height, channels: 1 } })
    .resize(SIDE, SIDE, { kernel: 'cubic', fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return { width: SIDE, height: SIDE, channels: 1, data: new Uint8Array(out) };
}

interface Line extends Canary {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Text in the corners; half of the CT and inverted images have one line over the anatomy. */
async function withText(sharp: typeof Sharp, anatomy: Raster, p: CanaryPatient, kind: Kind, seed: string) {
  const rng = random(seed, 'burned');
  const size = 13 + rng.int(8);
  const step = Math.round(size * 1.5);
  const day = (d: string) => `${d.slice(6)}.${d.slice(4, 6)}.${d.slice(0, 4)}`;
  const inside = (kind === 'ct' || kind === 'inverted') && rng.next() < 0.5;
  const line = (n: number, category: Canary['category'], value: string, text = value): Line => ({
    ...{ where: 'pixels', category, value, text, x: 10, y: 8 + step * n },
  });
  const lines: Line[] = [
    line(1, 'name', p.family, `${p.family.toUpperCase()}, ${p.given.toUpperCase()}`),
    line(2, 'mrn', p.id, `ID ${p.id}`),
    line(3, 'date', day(p.birth), `*${day(p.birth)}`),
    { ...line(0, 'account', p.accession), x: SIDE - 10 - Math.round(size * 7.5), y: SIDE - 12 },
    { ...line(0, 'date', day(p.visit)), x: inside ? 180 : 10, y: inside ? 300 : SIDE - 12 },
  ];
  const draw = async (text: string, x: number, y: number) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><text x="${x}" y="${y}" font-family="Liberation Sans, DejaVu Sans, sans-serif" font-size="${size}" fill="white">${text}</text></svg>`;
    const { data } = await sharp(Buffer.from(svg))
      .flatten({ background: 'black' })
      .greyscale()
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return new Uint8Array(data);
  };
  const shown = new Uint8Array(anatomy.data as Uint8Array);
  const burned: BurnedCanary[] = [];
  for (const { text, x, y, ...canary } of lines) {
    const ink = await draw(text, x, y);
    let [left, top, right, bottom] = [SIDE, SIDE, 0, 0];
    for (let at = 0; at < ink.length; at++) {
      if (ink[at] > shown[at]) shown[at] = ink[at];
      if (ink[at] < 64) continue;
      [left, right] = [Math.min(left, at % SIDE), Math.max(right, (at % SIDE) + 1)];
      [top, bottom] = [Math.min(top, Math.floor(at / SIDE)), Math.max(bottom, Math.floor(at / SIDE) + 1)];
    }
    burned.push({ ...canary, box: { left, top, right, bottom } });
  }
  return { shown, burned };
}

async function putPixels(
  sharp: typeof Sharp,
  elements: Map<string, Element>,
  shown: Uint8Array,
  kind: Kind,
  secret: string,
) {
  const depth = (samples: number, photometric: string, bits: number, allocated: number) => {
    elements
      .set('00280002', shortElement(samples))
      .set('00280004', textElement('CS', photometric))
      .set('00280010', shortElement(SIDE))
      .set('00280011', shortElement(SIDE))
      .set('00280100', shortElement(allocated))
      .set('00280101', shortElement(bits))
      .set('00280102', shortElement(bits - 1))
      .set('00280103', shortElement(0));
  };
  const set = (vr: string, value: Uint8Array) => elements.set('7fe00010', { vr, value });
  if (kind === 'ct') {
    depth(1, 'MONOCHROME2', 12, 16);
    const stored = Uint16Array.from(shown, (value) => 900 + value * 3);
    set('OW', new Uint8Array(stored.buffer));
    elements.set('00281052', textElement('DS', '-1024')).set('00281053', textElement('DS', '1'));
    elements.set('00281050', textElement('DS', '258')).set('00281051', textElement('DS', '766'));
    return { sopClass: CT, transferSyntax: EXPLICIT_LITTLE };
  }
  if (kind === 'colour') {
    depth(3, 'RGB', 8, 8);
    elements.set('00280006', shortElement(0));
    set(
      'OB',
      Uint8Array.from({ length: shown.length * 3 }, (_, n) => shown[Math.floor(n / 3)]),
    );
    return { sopClass: SECONDARY, transferSyntax: EXPLICIT_LITTLE };
  }
  if (kind === 'inverted') {
    depth(1, 'MONOCHROME1', 8, 8);
    set(
      'OB',
      shown.map((value) => 255 - value),
    );
    return { sopClass: SECONDARY, transferSyntax: EXPLICIT_LITTLE };
  }
  depth(1, 'MONOCHROME2', 8, 8);
  if (kind === 'cine') {
    elements.set('00280008', textElement('IS', String(FRAMES))).set('00281063', textElement('DS', '40'));
    const frames = new Uint8Array(shown.length * FRAMES);
    for (let n = 0; n < FRAMES; n++) frames.set(shown, n * shown.length);
    set('OB', frames);
    return { sopClass: ULTRASOUND_CINE, transferSyntax: EXPLICIT_LITTLE };
  }
  const jpeg = await sharp(shown, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .toColourspace('b-w')
    .jpeg({ quality: 90 })
    .toBuffer();
  const words = Buffer.from(`patient ${secret}`);
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, words.length + 2]), words]);
  const coded = new Uint8Array(Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]));
  const fragments = [
    { offset: 0, value: new Uint8Array(0) },
    { offset: 0, value: coded },
  ];
  elements.set('7fe00010', { vr: 'OB', value: new Uint8Array(0), fragments });
  elements.set('00282110', textElement('CS', '01'));
  return { sopClass: SECONDARY, transferSyntax: JPEG_BASELINE };
}
