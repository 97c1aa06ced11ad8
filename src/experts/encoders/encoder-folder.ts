// What a folder of an exported encoder says of itself: encoder.json, else the files that common exporters leave beside models.
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { preparation } from './picture-tensor.ts';

/** encoder.json beside the models: what their files do not say of themselves. */
const settings = z.object({
  image: preparation.extend({ file: z.string().optional(), output: z.string().optional() }).prefault({}),
  text: z
    .object({
      file: z.string().optional(),
      output: z.string().optional(),
      /** WordPiece pieces in the order of their ids, one a line, or a tokenizer.json that holds them. */
      vocabulary: z.string().optional(),
      /** Instead of a tokenizer: JSON of caption → ids, made with the encoder's own. */
      tokenIds: z.string().optional(),
      lowercase: z.boolean().default(true),
      maxLength: z.number().int().min(3).default(77),
      /** Texts are filled up to `maxLength`; false for models that take any length. */
      padded: z.boolean().default(true),
    })
    .prefault({}),
  logitScale: z.number().positive().default(100),
  caption: z
    .string()
    .refine((text) => text.includes('{option}'), 'it must hold {option}')
    .optional(),
});
export type EncoderSettings = z.infer<typeof settings>;

const IMAGE_FILES = ['image.onnx', 'vision_model.onnx', 'onnx/vision_model.onnx'];
const TEXT_FILES = ['text.onnx', 'text_model.onnx', 'onnx/text_model.onnx'];
const VOCABULARIES = ['vocab.txt', 'tokenizer.json'];

/** A JSON file; undefined when there is none. Throws `file-corrupt`. */
export async function jsonIn(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${basename(path)} is not JSON (${messageOf(cause)}).`, {
      cause,
    });
  }
}

async function firstThere(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile()) return name;
  }
  return undefined;
}

const edge = z.union([
  z.number(),
  z.object({ shortest_edge: z.number() }).transform((size) => size.shortest_edge),
  z.object({ height: z.number() }).transform((size) => size.height),
]);

/** preprocessor_config.json, as exporters of picture models write it. */
const exported = z.object({
  image_mean: z.array(z.number()).optional(),
  image_std: z.array(z.number()).optional(),
  crop_size: edge.optional(),
  size: edge.optional(),
  do_center_crop: z.boolean().optional(),
  do_normalize: z.boolean().optional(),
});

function preparationOf(said: z.infer<typeof exported>): Record<string, unknown> {
  const { image_mean: mean, image_std: std, crop_size: crop, size } = said;
  const plain = said.do_normalize === false;
  return {
    ...(crop === undefined && size === undefined ? {} : { size: crop ?? size }),
    ...(said.do_center_crop === false ? { fit: 'squash' } : {}),
    ...(plain ? { mean: 0 } : mean === undefined ? {} : { mean }),
    ...(plain ? { std: 1 } : std === undefined ? {} : { std }),
  };
}

export interface EncoderFolder {
  readonly settings: EncoderSettings;
  /** Names within the folder; undefined for what is not there. */
  readonly image: string | undefined;
  readonly text: string | undefined;
  readonly vocabulary: string | undefined;
}

/** Reads a folder's own words on its encoder; encoder.json goes before what exporters left. Throws `file-corrupt`. */
export async function readEncoderFolder(folder: string): Promise<EncoderFolder> {
  const own = (await jsonIn(join(folder, 'encoder.json'))) ?? {};
  const beside = exported.safeParse((await jsonIn(join(folder, 'preprocessor_config.json'))) ?? {});
  const left = beside.success ? preparationOf(beside.data) : {};
  const image = z.looseObject({ image: z.looseObject({}).optional() }).safeParse(own);
  const merged = image.success ? { ...image.data, image: { ...left, ...image.data.image } } : own;
  const said = settings.safeParse(merged);
  if (!said.success) {
    const [{ path, message }] = said.error.issues;
    throw new OverreadError('file-corrupt', `encoder.json: "${path.join('.')}" is wrong (${message}).`);
  }
  const { data } = said;
  const named = (name: string | undefined, usual: readonly string[]) =>
    name === undefined ? firstThere(folder, usual) : Promise.resolve(name);
  return {
    settings: data,
    image: await named(data.image.file, IMAGE_FILES),
    text: await named(data.text.file, TEXT_FILES),
    vocabulary: await named(data.text.vocabulary, VOCABULARIES),
  };
}

const wordPieceFile = z.object({
  model: z.object({ type: z.literal('WordPiece'), vocab: z.record(z.string(), z.number().int()) }),
});

/** WordPiece pieces in the order of their ids, from vocab.txt or tokenizer.json. */
export async function piecesOf(folder: string, name: string): Promise<readonly string[]> {
  if (!/\.json$/i.test(name)) {
    const lines = await readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
      throw new OverreadError('file-not-found', `The encoder has no ${name}: check encoder.json.`, { cause });
    });
    return lines.replace(/\r?\n$/, '').split(/\r?\n/);
  }
  const said = wordPieceFile.safeParse(await jsonIn(join(folder, name)));
  if (!said.success)
    throw new OverreadError(
      'format-unsupported',
      `${name} is of another kind than WordPiece: make the captions' token ids with the encoder’s own tokenizer, and name their file as "tokenIds" in encoder.json.`,
    );
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries(said.data.model.vocab)) pieces[id] = piece;
  return Array.from(pieces, (piece) => piece ?? '');
}
