// The data of a static export: each answer of the server as a script file that hands it to the page.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';

const packed = promisify(deflate);

export interface AnswerFiles {
  /** True when the address is answered already. */
  has(address: string): boolean;
  /** JSON that the page asks for. */
  json(address: string, value: unknown): Promise<void>;
  /** Raw bytes with their sample type: slices and masks. */
  bytes(address: string, bytes: Uint8Array, type: string): Promise<void>;
  /** A picture or sound that an element loads by itself. */
  file(address: string, bytes: Uint8Array, extension: string): Promise<void>;
  /** Writes the index; the export is whole only then. */
  finish(): Promise<{ readonly files: number; readonly bytes: number }>;
}

/** The address with its parameters in order of their names, as the page looks it up. */
export function addressInOrder(address: string): string {
  const [path, query] = address.split('?', 2);
  if (query === undefined || query === '') return path;
  const parameters = new URLSearchParams(query);
  // The same runs in another order are the same comparison.
  const runs = parameters.get('runs');
  if (runs !== null) parameters.set('runs', runs.split(',').sort().join(','));
  parameters.sort();
  return `${path}?${parameters}`;
}

/** JSON as a script may hold it: no line of it ends a script, and none is a comment. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

/** @param out folder of the export; data lie in data/. Errors: `write-failed`. */
export function answerFiles(out: string): AnswerFiles {
  const files = new Map<string, string>();
  let total = 0;

  async function write(name: string, bytes: string | Uint8Array): Promise<void> {
    try {
      await mkdir(join(out, 'data'), { recursive: true });
      await writeFile(join(out, name), bytes);
    } catch (cause) {
      throw new OverreadError(
        'write-failed',
        'The export cannot be written: check the folder and the space on its disk.',
        {
          cause,
        },
      );
    }
    total += bytes.length;
  }

  async function keep(address: string, extension: string, body: string | Uint8Array): Promise<void> {
    const path = addressInOrder(address);
    const name = `data/${sha256(path).slice(0, 20)}.${extension}`;
    await write(name, body);
    files.set(path, name);
  }

  return {
    has: (address) => files.has(addressInOrder(address)),
    json: (address, value) =>
      keep(
        address,
        'js',
        `overreadAnswer(${scriptJson(addressInOrder(address))},{"json":${scriptJson(value)}});\n`,
      ),
    async bytes(address, bytes, type) {
      const deflated = (await packed(bytes)).toString('base64');
      await keep(
        address,
        'js',
        `overreadAnswer(${scriptJson(addressInOrder(address))},${scriptJson({ deflated, type })});\n`,
      );
    },
    file: (address, bytes, extension) => keep(address, extension, bytes),
    async finish() {
      const index = { files: Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1))) };
      await write('data/index.js', `var overreadExport=${scriptJson(index)};\n`);
      return { files: files.size + 1, bytes: total };
    },
  };
}
