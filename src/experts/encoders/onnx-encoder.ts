// An encoder whose two sides are ONNX files of the user's: a folder with image.onnx and text.onnx, or a picture side alone.
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { contentHash } from '../../domain/content-hash.ts';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import type { Encoder } from './encoder.ts';
import { type OnnxModel, type OnnxTensor, openOnnx } from './onnx.ts';
import { pictureTensor, preparation } from './picture-tensor.ts';
import { unit } from './vectors.ts';
import { type Tokenizer, wordPiece } from './word-piece.ts';

/** encoder.json beside the models: what their files do not say of themselves. */
const settings = z.object({
  image: preparation
    .extend({ file: z.string().default('image.onnx'), output: z.string().optional() })
    .prefault({}),
  text: z
    .object({
      file: z.string().default('text.onnx'),
      output: z.string().optional(),
      /** WordPiece pieces in the order of their ids, one a line. */
      vocabulary: z.string().default('vocab.txt'),
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
type Settings = z.infer<typeof settings>;

async function jsonIn(path: string): Promise<unknown> {
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

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Opens a folder, or one .onnx file as a picture side. Errors: `file-not-found`, `file-corrupt`, `dependency-missing`. */
export async function openOnnxEncoder(path: string): Promise<Encoder> {
  const single = /\.onnx$/i.test(path);
  const folder = single ? dirname(path) : path;
  const said = settings.safeParse((await jsonIn(join(folder, 'encoder.json'))) ?? {});
  if (!said.success) {
    const [{ path: at, message }] = said.error.issues;
    throw new OverreadError('file-corrupt', `encoder.json: "${at.join('.')}" is wrong (${message}).`);
  }
  const { image, text, logitScale, caption } = said.data;
  const imageModel = await openOnnx(single ? path : join(folder, image.file));
  const hasText = !single && (await exists(join(folder, text.file)));
  const textModel = hasText ? await openOnnx(join(folder, text.file)) : undefined;
  const tokens = textModel === undefined ? undefined : await tokensOf(folder, text);
  return {
    id: `onnx/${path}`,
    hash: contentHash({ image: imageModel.hash, text: textModel?.hash ?? null, settings: said.data }),
    logitScale,
    ...(caption === undefined ? {} : { caption }),
    async encodeImage({ bytes, name = 'a picture' }) {
      const { data, dims } = await pictureTensor(bytes, image);
      const outputs = await imageModel.run({ [imageModel.inputs[0]]: { type: 'float32', data, dims } });
      return unit(vectorOf(imageModel, outputs, image.output), name);
    },
    async encodeText(texts) {
      if (textModel === undefined || tokens === undefined)
        throw new OverreadError(
          'not-allowed',
          `The encoder has no ${text.file}: a picture side alone cannot choose between texts.`,
        );
      const vectors: Float32Array[] = [];
      for (const one of texts) {
        const outputs = await textModel.run(textFeeds(textModel, tokens.idsOf(one), tokens.pad, text));
        vectors.push(unit(vectorOf(textModel, outputs, text.output), `"${one.slice(0, 60)}"`));
      }
      return vectors;
    },
    async close() {
      await imageModel.close();
      await textModel?.close();
    },
  };
}

interface Tokens {
  idsOf(text: string): readonly number[];
  readonly pad: number;
}

async function tokensOf(folder: string, text: Settings['text']): Promise<Tokens> {
  if (text.tokenIds !== undefined) {
    const table = z
      .record(z.string(), z.array(z.number().int()))
      .safeParse(await jsonIn(join(folder, text.tokenIds)));
    if (!table.success)
      throw new OverreadError(
        'file-corrupt',
        `${text.tokenIds} is no JSON of captions with their token ids.`,
      );
    return {
      pad: 0,
      idsOf(caption) {
        if (Object.hasOwn(table.data, caption)) return table.data[caption].slice(0, text.maxLength);
        throw new OverreadError(
          'file-not-found',
          `${text.tokenIds} has no token ids of "${caption.slice(0, 80)}": add them, made with the encoder’s own tokenizer.`,
        );
      },
    };
  }
  const lines = await readFile(join(folder, text.vocabulary), 'utf8').catch((cause: unknown) => {
    throw new OverreadError(
      'file-not-found',
      `The encoder has no ${text.vocabulary}: put its WordPiece vocabulary there, or name a file of token ids as "tokenIds" in encoder.json.`,
      { cause },
    );
  });
  const pieces = lines.replace(/\r?\n$/, '').split(/\r?\n/);
  const tokenizer: Tokenizer = wordPiece(pieces, { lowercase: text.lowercase, maxLength: text.maxLength });
  return { pad: tokenizer.pad, idsOf: (caption) => tokenizer.encode(caption) };
}

/** Ids, and a mask and segments where the model takes them, whatever they are called. */
function textFeeds(
  model: OnnxModel,
  ids: readonly number[],
  pad: number,
  { padded, maxLength }: Settings['text'],
): Record<string, OnnxTensor> {
  const length = padded ? Math.max(maxLength, ids.length) : ids.length;
  const feeds: Record<string, OnnxTensor> = {};
  for (const input of model.inputs) {
    const value = (at: number): number => {
      if (/mask/i.test(input)) return at < ids.length ? 1 : 0;
      if (/type|segment/i.test(input)) return 0;
      return ids[at] ?? pad;
    };
    const values = Array.from({ length }, (_, at) => value(at));
    feeds[input] =
      model.typeOf(input) === 'int32'
        ? { type: 'int32', data: Int32Array.from(values), dims: [1, length] }
        : { type: 'int64', data: BigInt64Array.from(values, BigInt), dims: [1, length] };
  }
  return feeds;
}

/** Outputs that exported encoders give their joint vector as, best first. */
const VECTORS = /embeds|embedding|features|pooler|pooled/i;

function vectorOf(
  model: OnnxModel,
  outputs: Readonly<Record<string, OnnxTensor>>,
  named: string | undefined,
): ArrayLike<number> {
  const names = model.outputs;
  const flat = (name: string) => {
    const { dims } = outputs[name];
    return dims.length === 1 || (dims[0] === 1 && dims.slice(2).every((size) => size === 1));
  };
  const name =
    named ??
    names.find((output) => VECTORS.test(output) && flat(output)) ??
    names.find((output) => flat(output));
  const found = name === undefined ? undefined : outputs[name];
  if (found === undefined || (name !== undefined && !flat(name)) || found.type !== 'float32')
    throw new OverreadError(
      'expert-failed',
      `${model.name} gives no single vector of floats (it gives ${names.map((output) => `${output} ${outputs[output].dims.join('×')}`).join(', ')}): name the right one as "output" in encoder.json.`,
    );
  return found.data as Float32Array;
}
