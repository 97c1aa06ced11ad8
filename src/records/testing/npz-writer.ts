// Writes .npy arrays and zip archives for tests and fixtures.
import { crc32, deflateRawSync } from 'node:zlib';

/** @param dtype NumPy's name with its byte order: "|u1", "<i8" */
export function npy(dtype: string, shape: readonly number[], values: ArrayBufferView): Buffer {
  const said = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const head = `${said.padEnd(Math.ceil((said.length + 11) / 64) * 64 - 11)}\n`;
  const begin = Buffer.alloc(10);
  begin.write('\x93NUMPY\x01\x00', 'latin1');
  begin.writeUInt16LE(head.length, 8);
  return Buffer.concat([
    begin,
    Buffer.from(head),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}

/** A zip archive of arrays by their names without ".npy". */
export function npz(arrays: Readonly<Record<string, Uint8Array>>, compressed: boolean): Buffer {
  return zipArchive(
    Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])),
    compressed,
  );
}

export function zipArchive(files: Readonly<Record<string, Uint8Array>>, compressed: boolean): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const packed = compressed ? deflateRawSync(bytes) : Buffer.from(bytes);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(compressed ? 8 : 0, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, path);
    at += 30 + path.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}
