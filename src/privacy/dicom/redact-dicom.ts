// One DICOM file without what identifies: header by the profile, pixels by what is read in them.
import { OverreadError } from '../../domain/errors.ts';
import { text } from '../../imaging/dicom/attributes.ts';
import type { Element } from '../../imaging/dicom/elements.ts';
import { parseDicom } from '../../imaging/dicom/parse.ts';
import { hasPixels } from '../../imaging/dicom/pixel-header.ts';
import type { BurnedIn, BurnedInScope } from '../burned-in.ts';
import type { Ocr } from '../ocr.ts';
import { deidentifyHeader, type HeaderFinding, type HeaderOptions } from './deidentify.ts';
import { encodeDicom, textElement } from './encode.ts';
import { type CleanedPixels, cleanPixels, keptPixels } from './pixels.ts';
import { methodCodes } from './profile.ts';

export interface DicomRedaction {
  readonly bytes: Uint8Array;
  readonly header: readonly HeaderFinding[];
  readonly pixels: BurnedIn['found'];
  readonly boxes: number;
  /** Frames that were looked at, and how many there are; 0 of 0 when the pixels were not looked at. */
  readonly framesRead: number;
  readonly frames: number;
  readonly remarks: readonly string[];
}

export interface DicomRedactionOptions extends HeaderOptions {
  /** A recogniser for sparse text; absent: pixels are not looked at, and the file does not claim to be clean. */
  readonly ocr?: Ocr;
  /** Default "text". */
  readonly scope?: BurnedInScope;
  /** Frames to look at. Default 3. */
  readonly framesRead?: number;
  /** Base name for messages. */
  readonly name?: string;
}

const DIRECTORY = '1.2.840.10008.1.3.10';

/**
 * Redacts one file. Errors: those of parsing and decoding; `format-unsupported` for a DICOMDIR, an encapsulated document
 * or one whose pixels cannot be decoded to look at them; `file-truncated` for a damaged one, which could hide anything.
 */
export async function redactDicom(
  bytes: Uint8Array,
  options: DicomRedactionOptions,
): Promise<DicomRedaction> {
  const name = options.name ?? 'The DICOM file';
  const file = parseDicom(bytes, name);
  if (file.brokenAt !== undefined)
    throw new OverreadError('file-truncated', `${name} is damaged and could hide anything: export it again.`);
  const { dataset, findings, terms, sopClass, sopInstance } = deidentifyHeader(file, options);
  if (sopClass === DIRECTORY)
    throw new OverreadError(
      'format-unsupported',
      `${name} is an index of other files: redact those, and make a new one.`,
    );
  if (file.elements.has('00420011'))
    throw new OverreadError(
      'format-unsupported',
      `${name} holds a document, which cannot be redacted in place: take it out first.`,
    );
  if (file.elements.has('7fe00008') || file.elements.has('7fe00009'))
    return finished(await keptPixels(file), false);
  if (!hasPixels(file) || options.ocr === undefined) return finished(await keptPixels(file), false);
  const cleaned = await cleanPixels(file, bytes, {
    ocr: options.ocr,
    terms,
    scope: options.scope ?? 'text',
    ...(options.framesRead === undefined ? {} : { framesRead: options.framesRead }),
  });
  return finished(cleaned, true);

  function finished(pixels: CleanedPixels, looked: boolean): DicomRedaction {
    const elements = new Map<string, Element>(dataset.elements);
    for (const [tag, element] of pixels.elements) {
      if (element === undefined) elements.delete(tag);
      else elements.set(tag, element);
    }
    if (elements.has('00080018') || sopInstance !== '')
      elements.set('00080018', textElement('UI', sopInstance));
    stamp(elements, options, looked);
    const cut = looked && pixels.framesRead < pixels.frames;
    return {
      bytes: encodeDicom(
        { ...dataset, elements },
        { sopClass, sopInstance, transferSyntax: pixels.transferSyntax },
      ),
      header: findings,
      pixels: pixels.found,
      boxes: pixels.boxes,
      framesRead: pixels.framesRead,
      frames: pixels.frames,
      remarks: [
        ...(cut
          ? [
              `${pixels.framesRead} of ${pixels.frames} frames were looked at; what was found is painted over in all`,
            ]
          : []),
        ...(!looked && hasPixels(file) ? ['the pixels were not looked at'] : []),
        ...(text(file, '00280301') === 'YES' && looked && pixels.boxes === 0
          ? ['the header says that text is burned in, and none was found: look at the picture']
          : []),
      ],
    };
  }
}

/** Says in the file itself what was done to it (PS3.15 E.1.1). */
function stamp(elements: Map<string, Element>, options: DicomRedactionOptions, pixelsCleaned: boolean): void {
  const codes = methodCodes({ ...options, pixelsCleaned });
  const dates = { remove: 'REMOVED', shift: 'MODIFIED', keep: 'UNMODIFIED' }[options.dates ?? 'remove'];
  elements
    .set('00120062', textElement('CS', 'YES'))
    .set('00120063', textElement('LO', codes.map(({ value }) => value).join('\\')))
    .set('00120064', {
      vr: 'SQ',
      value: new Uint8Array(0),
      items: codes.map(({ value, meaning }) => ({
        littleEndian: true,
        elements: new Map([
          ['00080100', textElement('SH', value)],
          ['00080102', textElement('SH', 'DCM')],
          ['00080104', textElement('LO', meaning)],
        ]),
      })),
    })
    .set('00280303', textElement('CS', dates));
  if (pixelsCleaned) elements.set('00280301', textElement('CS', 'NO'));
}
