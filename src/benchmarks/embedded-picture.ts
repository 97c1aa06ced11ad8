// Pictures that stand inside a table: base64 text, data URLs, or the {bytes, path} of Parquet releases.
import { OverreadError } from '../domain/errors.ts';
import type { ItemPicture } from './published.ts';

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** A picture from base64 text or a data URL; decoded when it is wanted. `load` throws `file-corrupt`. */
export function base64Picture(name: string, text: string): ItemPicture {
  return {
    name,
    load: async () => {
      const encoded = text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text;
      const bytes = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
      if (bytes.length === 0)
        throw new OverreadError('file-corrupt', `The picture ${name} is not base64: copy the release again.`);
      return bytes;
    },
  };
}

/** A picture from a cell that holds bytes, {bytes, path}, base64 text or a data URL; undefined for an empty cell. */
export function cellPicture(name: string, cell: unknown): ItemPicture | undefined {
  if (cell === null || cell === undefined || cell === '') return undefined;
  if (typeof cell === 'string') return base64Picture(name, cell);
  if (cell instanceof Uint8Array) return { name, load: async () => cell };
  if (typeof cell === 'object' && 'bytes' in cell) return cellPicture(name, cell.bytes);
  return {
    name,
    load: async () => {
      throw new OverreadError(
        'file-corrupt',
        `The cell of ${name} holds no picture: copy the release again.`,
      );
    },
  };
}
