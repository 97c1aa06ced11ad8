// JPEG files without what is not picture: the pixels' own segments are copied byte for byte.

export interface BareJpeg {
  /** The same array where nothing had to go. */
  readonly bytes: Uint8Array;
  /** As stored, before any rotation; 0 where the file does not say it at its beginning. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
}

const EOI = 0xd9;
const SOS = 0xda;
const COMMENT = 0xfe;
const JFIF = Buffer.from('JFIF\0', 'latin1');
const ADOBE = Buffer.from('Adobe', 'latin1');
const PROFILE = Buffer.from('ICC_PROFILE\0', 'latin1');
const EXIF = Buffer.from('Exif\0\0', 'latin1');

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Orientation in a TIFF block as EXIF keeps it; 1 where it has none or is damaged. */
export function exifOrientation(tiff: Uint8Array): number {
  const little = tiff[0] === 0x49;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 14 || view.getUint16(2, little) !== 42) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let n = 0; n < entries; n++) {
    const at = directory + 2 + 12 * n;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) !== 0x0112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** What is kept of an application segment: all of it, nothing, or its bytes without a thumbnail. */
function keptOf(marker: number, segment: Buffer): Uint8Array | undefined {
  const body = segment.subarray(4);
  if (marker === 0xe2 && body.subarray(0, PROFILE.length).equals(PROFILE)) return segment;
  // Of fixed length; longer ones hold something else besides.
  if (marker === 0xee && body.length === 12 && body.subarray(0, ADOBE.length).equals(ADOBE)) return segment;
  if (marker === 0xe0 && body.length >= 14 && body.subarray(0, JFIF.length).equals(JFIF)) {
    if (body.length === 14) return segment;
    const bare = Buffer.from(segment.subarray(0, 18));
    bare.writeUInt16BE(16, 2);
    bare.writeUInt16BE(0, 16);
    return bare;
  }
  return undefined;
}

/** Whether a segment is as long as what it says it holds, so that nothing else is hidden in it. */
function isSound(marker: number, body: Buffer): boolean {
  if (isFrame(marker)) return body.length >= 6 && body.length === 6 + 3 * body[5];
  if (marker === SOS) return body.length >= 4 && body.length === 4 + 2 * body[0];
  if (marker === 0xdc || marker === 0xdd) return body.length === 2;
  if (marker === 0xcc) return body.length % 2 === 0 && body.length <= 64;
  let at = 0;
  // Quantisation tables of 8 or 16 bits; Huffman tables behind the counts of their codes.
  if (marker === 0xdb) while (at < body.length) at += body[at] >> 4 === 0 ? 65 : 129;
  else if (marker === 0xc4)
    while (at < body.length) at += 17 + body.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0);
  else return false;
  return at === body.length;
}

/**
 * Leaves out every application segment but JFIF (without its thumbnail), Adobe's colour transform and ICC profiles, every
 * comment, and what follows the end. Undefined for files that do not keep to the format's order or end early.
 */
export function bareJpeg(given: Uint8Array): BareJpeg | undefined {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  let width = 0;
  let height = 0;
  let orientation: number | undefined;
  let scans = 0;
  for (;;) {
    if (bytes[at] !== 0xff) return undefined;
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined || marker < 0xc0 || isRestart(marker) || marker === 0xd8) return undefined;
    if (marker === EOI) {
      if (scans === 0) return undefined;
      parts.push(Buffer.from([0xff, EOI]));
      const total = parts.reduce((sum, part) => sum + part.length, 0);
      const same = total === bytes.length && at === bytes.length;
      return { bytes: same ? given : Buffer.concat(parts), width, height, orientation: orientation ?? 1 };
    }
    if (at + 2 > bytes.length) return undefined;
    const length = bytes.readUInt16BE(at);
    const end = at + length;
    if (length < 2 || end > bytes.length) return undefined;
    const body = bytes.subarray(at + 2, end);
    if (marker >= 0xe0 && marker <= 0xef) {
      if (marker === 0xe1 && body.subarray(0, EXIF.length).equals(EXIF))
        orientation ??= exifOrientation(body.subarray(EXIF.length));
      const kept = keptOf(marker, bytes.subarray(at - 2, end));
      if (kept !== undefined) parts.push(kept);
    } else if (marker !== COMMENT) {
      if (!isSound(marker, body)) return undefined;
      if (isFrame(marker)) {
        height = body.readUInt16BE(1);
        width = body.readUInt16BE(3);
      }
      parts.push(bytes.subarray(at - 2, end));
    }
    at = end;
    if (marker !== SOS) continue;
    scans++;
    const from = at;
    for (;;) {
      at = bytes.indexOf(0xff, at);
      if (at < 0 || at + 1 >= bytes.length) return undefined;
      const next = bytes[at + 1];
      if (next !== 0 && next !== 0xff && !isRestart(next)) break;
      at += next === 0xff ? 1 : 2;
    }
    parts.push(bytes.subarray(from, at));
  }
}
