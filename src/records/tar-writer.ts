// Writes tar archives: ustar headers, pax for names that do not fit.
import { BLOCK } from './tar-header.ts';

export interface EntryOptions {
  /** Default '0', a plain file. */
  readonly type?: string;
  /** Size that the header promises. Default: the content's. */
  readonly size?: number;
}

function header(path: string, { type = '0', size = 0 }: EntryOptions): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, 100, 'utf8');
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0'.repeat(2), 108, 'latin1');
  const octal = size.toString(8).padStart(11, '0');
  if (octal.length > 11) {
    block.writeBigUInt64BE(BigInt(size), 128);
    block[124] = 0x80;
  } else block.write(`${octal}\0`, 124, 'latin1');
  block.write('00000000000\0', 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

const padded = (bytes: Uint8Array) => [bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];

/** An extended header, which goes before an entry. */
export function paxHeader(fields: Readonly<Record<string, string>>): Buffer {
  const records = Object.entries(fields).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest;
    while (length !== rest + String(length).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  const bytes = Buffer.from(records.join(''));
  return Buffer.concat([header('PaxHeader', { type: 'x', size: bytes.length }), ...padded(bytes)]);
}

/** A file, with an extended header where its name needs one. */
export function tarEntry(path: string, content: Uint8Array, options: EntryOptions = {}): Buffer {
  const fits = Buffer.byteLength(path) <= 100;
  return Buffer.concat([
    ...(fits ? [] : [paxHeader({ path })]),
    header(fits ? path : 'long', { size: content.length, ...options }),
    ...padded(content),
  ]);
}

export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}
