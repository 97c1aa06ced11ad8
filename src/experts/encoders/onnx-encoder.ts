// An encoder whose two sides are ONNX files of the user's: a folder with image.onnx and text.onnx, or a picture side alone.
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Encoder } from './encoder.ts';
import { type EncoderSettings, jsonIn, piecesOf, readEncoderFolder } from './encoder-folder.ts';
import { type OnnxModel, type OnnxTensor, openOnnx } from './onnx.ts';
import { pictureTensor } from './picture-tensor.ts';
import { unit } from './vectors.ts';
import { wordPiece } from './word-piece.ts';

/** Opens a folder, or one .onnx file as a picture side. Errors: `file-not-found`, `file-corrupt`, `dependency-missing`. */
export async function openOnnxEncoder(path: string): Promise<Encoder> {
  const single = /\.onnx$/i.test(path);
  const folder = single ? dirname(path) : path;
  const { settings, ...files } = await readEncoderFolder(folder);
  const { image, text, logitScale, caption } = settings;
  const imageModel = await openOnnx(single ? path : join(folder, files.image ?? 'image.onnx'));
  const textModel = single || files.text === undefined ? undefined : await openOnnx(join(folder, files.text));
  const tokens = textModel === undefined ? undefined : await tokensOf(folder, text, files.vocabulary);
  return {
    id: `onnx/${path}`,
    hash: contentHash({
      ...{ settings, image: imageModel.hash },
      text: textModel?.hash ?? null,
      tokens: tokens?.hash ?? null,
    }),
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
          `The encoder has no text.onnx: a picture side alone cannot choose between texts.`,
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
  /** Of the vocabulary or the table. */
  readonly hash: string;
  readonly pad: number;
  idsOf(text: string): readonly number[];
}

async function tokensOf(
  folder: string,
  text: EncoderSettings['text'],
  vocabulary: string | undefined,
): Promise<Tokens> {
  const { tokenIds, lowercase, maxLength } = text;
  if (tokenIds !== undefined) {
    const table = z
      .record(z.string(), z.array(z.number().int()))
      .safeParse(await jsonIn(join(folder, tokenIds)));
    if (!table.success)
      throw new OverreadError('file-corrupt', `${tokenIds} is no JSON of captions with their token ids.`);
    return {
      hash: contentHash(table.data),
      pad: 0,
      idsOf(caption) {
        if (Object.hasOwn(table.data, caption)) return table.data[caption].slice(0, maxLength);
        throw new OverreadError(
          'file-not-found',
          `${tokenIds} has no token ids of "${caption.slice(0, 80)}": add them, made with the encoder’s own tokenizer.`,
        );
      },
    };
  }
  if (vocabulary === undefined)
    throw new OverreadError(
      'file-not-found',
      'The encoder has no vocab.txt: put its WordPiece vocabulary there, or name a file of token ids as "tokenIds" in encoder.json.',
    );
  const pieces = await piecesOf(folder, vocabulary);
  const tokenizer = wordPiece(pieces, { lowercase, maxLength });
  return {
    hash: contentHash(pieces),
    pad: tokenizer.pad,
    idsOf: (caption) => tokenizer.encode(caption),
  };
}

/** Ids, and a mask and segments where the model takes them, whatever they are called. */
function textFeeds(
  model: OnnxModel,
  ids: readonly number[],
  pad: number,
  { padded, maxLength }: EncoderSettings['text'],
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
