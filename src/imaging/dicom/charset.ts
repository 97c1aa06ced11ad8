// Text of DICOM attributes in the character sets of PS3.3 C.12.1.1.2, decoded by the platform's own decoders.

const LABELS: Readonly<Record<string, string>> = {
  '6': 'latin1',
  '13': 'shift_jis',
  '58': 'gb18030',
  '87': 'iso-2022-jp',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'windows-1254',
  '149': 'euc-kr',
  '159': 'iso-2022-jp',
  '166': 'windows-874',
  '192': 'utf-8',
  '203': 'iso-8859-15',
};

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
const ESC = 0x1b;

/** The decoder's label for a Specific Character Set; of several, the last, which extends the others. */
export function charsetLabel(specific: string): string | undefined {
  const last = specific
    .split('\\')
    .map((term) => term.trim())
    .findLast((term) => term !== '');
  if (last === undefined) return undefined;
  if (last === 'GB18030' || last === 'GBK') return 'gb18030';
  const number = /IR (\d+)$/.exec(last)?.[1];
  return number === undefined ? undefined : LABELS[number];
}

/**
 * Bytes as the platform's decoders expect them: without the shifts into Korean, simplified Chinese and katakana of
 * the upper half (ESC $ ) C, ESC $ ) A, ESC ) I), without those back to ASCII where the decoder has no shifts, and
 * with runs of upper-half katakana shifted to. Two shifts in a row are an error to the decoder.
 */
function plain(value: Uint8Array, label: string): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < value.length; at++) {
    const byte = value[at];
    const [next, third] = [value[at + 1], value[at + 2]];
    if (byte === ESC && next === 0x24 && third === 0x29) at += 3;
    else if (byte === ESC && next === 0x29) at += 2;
    else if (byte === ESC && next === 0x28 && label !== 'iso-2022-jp') at += 2;
    else if (byte > 0xa0 && label === 'iso-2022-jp') {
      if (!(value[at - 1] > 0xa0)) out.push(ESC, 0x28, 0x49);
      out.push(byte & 0x7f);
      if (next !== ESC && !(next > 0xa0)) out.push(ESC, 0x28, 0x4a);
    } else out.push(byte);
  }
  return Uint8Array.from(out);
}

/**
 * Text of an attribute's value. Without a character set it is read as UTF-8 when it is that, else as Latin-1, so
 * that the names of careless writers come out too.
 */
export function decodeText(value: Uint8Array, label: string | undefined): string {
  if (label !== undefined && label !== 'latin1') {
    let decoder = decoders.get(label);
    if (decoder === undefined) {
      decoder = new TextDecoder(label);
      decoders.set(label, decoder);
    }
    const text = decoder.decode(label === 'utf-8' ? value : plain(value, label));
    if (label !== 'utf-8' || !text.includes('\ufffd')) return text;
  }
  const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const utf8 = buffer.toString('utf8');
  return utf8.includes('\ufffd') ? buffer.toString('latin1') : utf8;
}
