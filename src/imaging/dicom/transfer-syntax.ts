// Transfer syntaxes: how each encodes pixels, and whether that loses anything.

export const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** How the frames are coded: `native` is none, `jpeg` any process of ISO 10918, told apart by its own header. */
export type PixelCoding = 'native' | 'deflate' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

export interface TransferSyntax {
  readonly name: string;
  readonly coding: PixelCoding | undefined;
  /** True when decoding returns the very samples that were encoded. */
  readonly lossless: boolean;
}

const JPEG = '1.2.840.10008.1.2.4.';

const SYNTAXES: Readonly<Record<string, readonly [name: string, coding: PixelCoding, lossless: boolean]>> = {
  [IMPLICIT_LITTLE]: ['Implicit VR Little Endian', 'native', true],
  [EXPLICIT_LITTLE]: ['Explicit VR Little Endian', 'native', true],
  [DEFLATED]: ['Deflated Explicit VR Little Endian', 'native', true],
  [BIG_ENDIAN]: ['Explicit VR Big Endian', 'native', true],
  '1.2.840.10008.1.2.8.1': ['Deflated Image Frame Compression', 'deflate', true],
  '1.2.840.10008.1.2.5': ['RLE Lossless', 'rle', true],
  [`${JPEG}50`]: ['JPEG Baseline', 'jpeg', false],
  [`${JPEG}51`]: ['JPEG Extended', 'jpeg', false],
  [`${JPEG}52`]: ['JPEG Extended, arithmetic', 'jpeg', false],
  [`${JPEG}53`]: ['JPEG Spectral Selection', 'jpeg', false],
  [`${JPEG}54`]: ['JPEG Spectral Selection, arithmetic', 'jpeg', false],
  [`${JPEG}55`]: ['JPEG Full Progression', 'jpeg', false],
  [`${JPEG}56`]: ['JPEG Full Progression, arithmetic', 'jpeg', false],
  [`${JPEG}57`]: ['JPEG Lossless', 'jpeg', true],
  [`${JPEG}58`]: ['JPEG Lossless, arithmetic', 'jpeg', true],
  [`${JPEG}70`]: ['JPEG Lossless, first-order prediction', 'jpeg', true],
  [`${JPEG}80`]: ['JPEG-LS Lossless', 'jpeg-ls', true],
  [`${JPEG}81`]: ['JPEG-LS Near-Lossless', 'jpeg-ls', false],
  [`${JPEG}90`]: ['JPEG 2000 Lossless', 'jpeg-2000', true],
  [`${JPEG}91`]: ['JPEG 2000', 'jpeg-2000', false],
  [`${JPEG}201`]: ['HTJ2K Lossless', 'htj2k', true],
  [`${JPEG}202`]: ['HTJ2K Lossless RPCL', 'htj2k', true],
  [`${JPEG}203`]: ['HTJ2K', 'htj2k', false],
};

/** What is known of a transfer syntax; `coding` is undefined for one that Overread cannot decode. */
export function transferSyntaxOf(uid: string): TransferSyntax {
  const known = SYNTAXES[uid];
  if (known === undefined) return { name: `transfer syntax ${uid}`, coding: undefined, lossless: false };
  const [name, coding, lossless] = known;
  return { name: `${name} (${uid})`, coding, lossless };
}
