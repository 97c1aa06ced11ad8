// DICOM bytes to data sets: part 10 or bare, explicit or implicit VR, either byte order, deflated, damaged.
import { constants, inflateRawSync } from 'node:zlib';
import { OverreadError } from '../../domain/errors.ts';
import { checkBytes, checkRatio, READ_LIMITS, type ReadOptions } from '../limits.ts';
import { Broken, cursorAt, type DataSet, type Element, readElements, VRS, vrAt } from './elements.ts';
import { BIG_ENDIAN, DEFLATED, EXPLICIT_LITTLE, IMPLICIT_LITTLE } from './transfer-syntax.ts';

/** A parsed file. `notes` says what was wrong with it and how it was read all the same. */
export interface DicomFile extends DataSet {
  readonly name: string;
  readonly meta: DataSet;
  readonly transferSyntax: string;
  readonly notes: readonly string[];
  /** The first attribute from the pixel data on, when parsing was to stop there. */
  readonly stoppedAt?: string;
  /** The file ended, or made no sense, in the middle of this attribute. */
  readonly brokenAt?: string;
}

function hasPrefix(bytes: Uint8Array): boolean {
  return bytes.length > 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM';
}

/** True when the bytes may be DICOM: the prefix at 128, or a first attribute of group 2 or 8. */
export function looksLikeDicom(head: Uint8Array): boolean {
  if (hasPrefix(head)) return true;
  if (head.length < 16) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const little of [true, false]) {
    const group = view.getUint16(0, little);
    const element = view.getUint16(2, little);
    if ((group !== 2 && group !== 8) || element > 0x0100) continue;
    const vr = String.fromCharCode(head[4], head[5]);
    if (VRS.has(vr)) return true;
    if (little && view.getUint32(4, true) <= 256) return true;
  }
  return false;
}

function uidOf(meta: ReadonlyMap<string, Element>, tag: string): string {
  const value = meta.get(tag)?.value;
  return value === undefined
    ? ''
    : Buffer.from(value)
        .toString('latin1')
        .replace(/[\0 ]+$/, '')
        .trim();
}

function inflated(name: string, bytes: Uint8Array, at: number, options: ReadOptions): Uint8Array {
  const packed = bytes.subarray(at);
  const most = Math.min(options.maxBytes ?? READ_LIMITS.maxBytes, 2 ** 31);
  try {
    // A missing end of the stream leaves what is there, which is read as a truncated file.
    const out = inflateRawSync(packed, { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH });
    checkRatio(name, packed.length, out.length, options);
    return new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  } catch (cause) {
    if (OverreadError.isInstance(cause)) throw cause;
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      checkBytes(name, most + 1, { maxBytes: most });
    throw new OverreadError(
      'file-corrupt',
      `${name} is a deflated DICOM file that cannot be inflated: copy it again.`,
      {
        cause,
      },
    );
  }
}

/** Whether the data set at `at` is really explicit: the header's word is not always true. */
function encodingAt(bytes: Uint8Array, at: number, declared: { explicit: boolean; little: boolean }) {
  if (at + 8 > bytes.length) return declared;
  const c = cursorAt(bytes, at, true);
  const named = vrAt(c, at + 4) !== undefined;
  const group = c.view.getUint16(at, true);
  // Groups of a data set begin low: 0x0008 read in the wrong order is 0x0800.
  const little = group <= 0xff ? true : c.view.getUint16(at, false) <= 0xff ? false : declared.little;
  return { explicit: named, little };
}

/**
 * Parses a DICOM file, with or without preamble and meta header. What is damaged near the end is left out and
 * `brokenAt` says where; throws `format-unknown` for bytes that are not DICOM at all.
 * @param untilPixels stops before the pixel data; its element is then absent
 */
export function parseDicom(
  file: Uint8Array,
  name: string,
  options: ReadOptions & { readonly untilPixels?: boolean } = {},
): DicomFile {
  // A Buffer's slice() shares memory where a Uint8Array's copies: views handed out are always plain.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const prefixed = hasPrefix(bytes);
  if (!prefixed && !looksLikeDicom(bytes))
    throw new OverreadError(
      'format-unknown',
      `${name} is not a DICOM file: it has neither prefix nor data set.`,
    );
  const notes: string[] = [];
  const meta = new Map<string, Element>();
  const metaCursor = cursorAt(bytes, prefixed ? 132 : 0, true);
  const metaExplicit = vrAt(metaCursor, metaCursor.at + 4) !== undefined;
  let brokenAt: string | undefined;
  try {
    readElements(metaCursor, meta, metaExplicit, bytes.length, 0, (tag) => !tag.startsWith('0002'));
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    brokenAt = metaCursor.tag;
  }
  if (!prefixed) notes.push('the file has no DICOM prefix');
  if (meta.size > 0 && !metaExplicit) notes.push('the meta header is implicit VR');
  let transferSyntax = uidOf(meta, '00020010');
  let body = bytes;
  let at = metaCursor.at;
  if (transferSyntax === DEFLATED) {
    body = inflated(name, bytes, at, options);
    at = 0;
  }
  const declared = { explicit: transferSyntax !== IMPLICIT_LITTLE, little: transferSyntax !== BIG_ENDIAN };
  const found = encodingAt(body, at, declared);
  if (transferSyntax === '') {
    transferSyntax = !found.explicit ? IMPLICIT_LITTLE : found.little ? EXPLICIT_LITTLE : BIG_ENDIAN;
    notes.push('no transfer syntax is given; it was told from the data set');
  } else if (found.explicit !== declared.explicit || found.little !== declared.little) {
    notes.push(
      `the transfer syntax says ${declared.explicit ? 'explicit' : 'implicit'} VR and the data set is ${found.explicit ? 'explicit' : 'implicit'}`,
    );
  }
  const elements = new Map<string, Element>();
  const cursor = cursorAt(body, at, found.little);
  let stoppedAt: string | undefined;
  try {
    const stop = (tag: string) => {
      if (!options.untilPixels || tag < '7fe00000' || tag >= 'fff00000') return false;
      stoppedAt ??= tag;
      return true;
    };
    readElements(cursor, elements, found.explicit, body.length, 0, stop);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    brokenAt = cursor.tag;
  }
  if (cursor.undelimited) notes.push('the pixel data have no end marker');
  if (brokenAt !== undefined)
    notes.push(
      `the file breaks off or is damaged at attribute (${brokenAt.slice(0, 4)},${brokenAt.slice(4)})`,
    );
  return {
    name,
    elements,
    littleEndian: found.little,
    charset: cursor.charset,
    meta: { elements: meta, littleEndian: true },
    transferSyntax,
    notes,
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
    ...(brokenAt === undefined ? {} : { brokenAt }),
  };
}
