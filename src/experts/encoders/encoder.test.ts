import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../domain/content-hash.ts';
import { npy, npz } from '../../records/testing/npz-writer.ts';
import { TINY_VOCABULARY, tinyEncoderFiles } from '../testing/tiny-onnx.ts';
import { openEncoder } from './encoder.ts';
import { openOnnx } from './onnx.ts';
import { pictureTensor, preparation } from './picture-tensor.ts';
import { cosine, softmax, unit } from './vectors.ts';
import { wordPiece } from './word-piece.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encoder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (files: Readonly<Record<string, string | Uint8Array>>) => {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
};
const colour = (r: number, g: number, b: number, width = 20, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
const close = (vector: Float32Array, expected: readonly number[]) => {
  expect(vector.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) expect(vector[at]).toBeCloseTo(value, 4);
};

describe('an encoder of two ONNX files', () => {
  it('gives unit vectors: of a picture its mean colour, of a text its words', async () => {
    await write(tinyEncoderFiles());
    const encoder = await openEncoder(`onnx/${folder}`);
    close(await encoder.encodeImage({ bytes: await colour(255, 0, 0) }), [1, 0, 0]);
    close(await encoder.encodeImage({ bytes: await colour(0, 100, 100) }), [0, Math.SQRT1_2, Math.SQRT1_2]);
    const [red, both] = await encoder.encodeText(['a red', 'blue is Green']);
    expect(cosine(red, unit([1, 0, 0], 'x'))).toBeGreaterThan(0.999);
    expect(cosine(both, unit([0, 1, 1], 'x'))).toBeGreaterThan(0.999);
    expect(encoder.logitScale).toBe(10);
    await encoder.close?.();
  });
  it('its hash follows weights and settings', async () => {
    const hashes = new Set<string>();
    for (const settings of ['{}', '{"image": {"size": 8}}', '{"logitScale": 50}']) {
      await write({ ...tinyEncoderFiles(), 'encoder.json': settings });
      hashes.add((await openEncoder(`onnx/${folder}`)).hash);
    }
    await write({ 'vocab.txt': `${[...TINY_VOCABULARY, 'pink'].join('\n')}\n` });
    hashes.add((await openEncoder(`onnx/${folder}`)).hash);
    expect(hashes.size).toBe(4);
  });
  it('as exporters leave it: their names, their preprocessing, their tokenizer.json', async () => {
    const { 'image.onnx': image, 'text.onnx': text } = tinyEncoderFiles();
    await mkdir(join(folder, 'onnx'));
    const vocab = Object.fromEntries(TINY_VOCABULARY.map((piece, id) => [piece, id]));
    await write({
      'onnx/vision_model.onnx': image,
      'onnx/text_model.onnx': text,
      'preprocessor_config.json': JSON.stringify({
        crop_size: { height: 8, width: 8 },
        size: { shortest_edge: 8 },
        image_mean: [0, 0, 0],
        image_std: [1, 1, 1],
      }),
      'tokenizer.json': JSON.stringify({ model: { type: 'WordPiece', vocab } }),
    });
    const encoder = await openEncoder(`onnx/${folder}`);
    close(await encoder.encodeImage({ bytes: await colour(0, 255, 0) }), [0, 1, 0]);
    const [blue] = await encoder.encodeText(['blue']);
    // Filled up to 77 ids, whose rows turn the mean a little.
    expect(cosine(blue, unit([0, 0, 1], 'x'))).toBeGreaterThan(0.99);
    await write({ 'tokenizer.json': '{"model": {"type": "BPE", "vocab": {}}}' });
    await expect(openEncoder(`onnx/${folder}`)).rejects.toThrow(/tokenIds/);
  });
  it('one file is a picture side, which cannot choose between texts', async () => {
    await write(tinyEncoderFiles());
    const encoder = await openEncoder(`onnx/${join(folder, 'image.onnx')}`);
    close(await encoder.encodeImage({ bytes: await colour(0, 0, 9) }), [0, 0, 1]);
    await expect(encoder.encodeText(['red'])).rejects.toMatchObject({ code: 'not-allowed' });
  });
  it('token ids may come from the encoder’s own tokenizer', async () => {
    await write({
      ...tinyEncoderFiles(),
      'encoder.json': '{"image": {"size": 8}, "text": {"tokenIds": "ids.json"}}',
      'ids.json': '{"a green tissue": [2, 5, 3]}',
    });
    const encoder = await openEncoder(`onnx/${folder}`);
    const [green] = await encoder.encodeText(['a green tissue']);
    expect(cosine(green, unit([0, 1, 0], 'x'))).toBeGreaterThan(0.99);
    await expect(encoder.encodeText(['another'])).rejects.toMatchObject({ code: 'file-not-found' });
  });
  it('says what is missing or wrong', async () => {
    await expect(openEncoder('clip')).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(openEncoder(`onnx/${folder}`)).rejects.toMatchObject({ code: 'file-not-found' });
    await write({ ...tinyEncoderFiles(), 'image.onnx': 'no model' });
    await expect(openEncoder(`onnx/${folder}`)).rejects.toMatchObject({ code: 'file-corrupt' });
    await write({ ...tinyEncoderFiles(), 'encoder.json': '{"image": {"size": 0}}' });
    await expect(openEncoder(`onnx/${folder}`)).rejects.toThrow(/image\.size/);
    await write({ ...tinyEncoderFiles(), 'encoder.json': '{"image": {"size": 5}}' });
    const small = await openEncoder(`onnx/${folder}`);
    await expect(small.encodeImage({ bytes: await colour(1, 1, 1) })).rejects.toMatchObject({
      code: 'expert-failed',
    });
    await write(tinyEncoderFiles());
    const encoder = await openEncoder(`onnx/${folder}`);
    await expect(encoder.encodeImage({ bytes: new Uint8Array(9) })).rejects.toMatchObject({
      code: 'file-corrupt',
    });
    await expect(encoder.encodeImage({ bytes: await colour(0, 0, 0) })).rejects.toThrow(/no direction/);
  });
  const real = fileURLToPath(new URL('../../../../shared/data/weights/model5_gw_ae.onnx', import.meta.url));
  it.skipIf(!existsSync(real))('a published model opens, its ends named', async () => {
    const model = await openOnnx(real);
    expect(model.hash).toBe('02850fb059badf0717d26f61048293b7422b2453fb48db8ae95d046059bfd90f');
    expect(model.inputs).toHaveLength(1);
    expect(model.outputs).toHaveLength(1);
    expect(model.typeOf(model.inputs[0])).toBe('float32');
    await model.close();
  });
});

describe('pictures as tensors', () => {
  it('channels first or last, normalized', async () => {
    const bytes = await colour(255, 51, 0);
    const settings = { size: 2, mean: [0, 0.2, 0], std: [1, 0.5, 0.5] };
    const first = await pictureTensor(bytes, preparation.parse(settings));
    expect(first.dims).toEqual([1, 3, 2, 2]);
    expect([...first.data].map((value) => Math.round(value * 1000) / 1000)).toEqual([
      1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
    const last = await pictureTensor(bytes, preparation.parse({ ...settings, layout: 'nhwc' }));
    expect(last.dims).toEqual([1, 2, 2, 3]);
    expect([...last.data.subarray(0, 3)].map(Math.round)).toEqual([1, 0, 0]);
  });
  it('cut to the middle, squashed, or filled up with black', async () => {
    // White left third, black middle, white right third.
    const bytes = await sharp({ create: { width: 30, height: 10, channels: 3, background: 'white' } })
      .composite([{ input: await colour(0, 0, 0, 10, 10), left: 10, top: 0 }])
      .png()
      .toBuffer();
    const mean = async (fit: 'crop' | 'squash' | 'pad') => {
      const plain = preparation.parse({ size: 10, channels: 1, mean: 0, std: 1, fit });
      const { data } = await pictureTensor(bytes, plain);
      return data.reduce((sum, value) => sum + value, 0) / data.length;
    };
    expect(await mean('crop')).toBeLessThan(0.05);
    expect(await mean('squash')).toBeCloseTo(2 / 3, 1);
    expect(await mean('pad')).toBeCloseTo(2 / 9, 1);
  });
});

describe('WordPiece', () => {
  const pieces = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    'un',
    '##aff',
    '##able',
    'naive',
    ',',
    '肺',
    'x',
    '##x',
  ];
  const encode = wordPiece(pieces, { maxLength: 8 });
  it('takes the longest piece first and continues with ##', () => {
    expect(encode.encode('unaffable')).toEqual([2, 4, 5, 6, 3]);
    expect(encode.encode('UNAFFABLE, Naïve')).toEqual([2, 4, 5, 6, 8, 7, 3]);
  });
  it('a word that does not come out even is unknown as a whole', () => {
    expect(encode.encode('unaffables')).toEqual([2, 1, 3]);
    expect(encode.encode('x'.repeat(101))).toEqual([2, 1, 3]);
  });
  it('Han characters stand alone; a long text is cut before its end mark', () => {
    expect(encode.encode('肺肺')).toEqual([2, 9, 9, 3]);
    expect(encode.encode(', , , , , , , , ,')).toEqual([2, 8, 8, 8, 8, 8, 8, 3]);
  });
  it('a vocabulary without its marks is refused', () => {
    expect(() => wordPiece(['a'], { maxLength: 8 })).toThrow(/\[CLS\]/);
  });
});

describe('embeddings from a file', () => {
  it('pictures by the hash of their bytes or by name, texts by their words', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const lines = [
      { logitScale: 20 },
      { image: sha256(bytes), embedding: [3, 4] },
      { image: 'a.png', embedding: [0, 2] },
      { image: `out/${sha256('other')}.png`, embedding: [5, 0] },
      { text: 'a mass', embedding: [1, 0] },
    ];
    await write({ 'e.jsonl': lines.map((line) => JSON.stringify(line)).join('\n') });
    const encoder = await openEncoder(`embeddings/${join(folder, 'e.jsonl')}`);
    close(await encoder.encodeImage({ bytes }), [0.6, 0.8]);
    close(await encoder.encodeImage({ bytes: new Uint8Array(), name: 'images/a.png' }), [0, 1]);
    close(await encoder.encodeImage({ bytes: Buffer.from('other') }), [1, 0]);
    close((await encoder.encodeText(['a mass']))[0], [1, 0]);
    expect(encoder.logitScale).toBe(20);
    await expect(encoder.encodeImage({ bytes: new Uint8Array() })).rejects.toThrow(/SHA-256/);
    await expect(encoder.encodeText(['a cyst'])).rejects.toThrow(/a cyst/);
  });
  it('or as NumPy arrays; without texts it cannot choose', async () => {
    const names = Buffer.alloc(2 * 8 * 4);
    for (const [at, name] of ['a.png', 'b.png'].entries())
      for (const [n, letter] of [...name].entries())
        names.writeUInt32LE(letter.codePointAt(0) ?? 0, (at * 8 + n) * 4);
    await write({
      'e.npz': npz(
        {
          image_names: npy('<U8', [2], names),
          image_embeddings: npy('<f4', [2, 3], Float32Array.of(1, 0, 0, 0, 0, 5)),
        },
        true,
      ),
    });
    const encoder = await openEncoder(`embeddings/${join(folder, 'e.npz')}`);
    close(await encoder.encodeImage({ bytes: new Uint8Array(), name: 'b.png' }), [0, 0, 1]);
    await expect(encoder.encodeText(['x'])).rejects.toMatchObject({ code: 'not-allowed' });
  });
  it('a line that is neither is named', async () => {
    await write({ 'e.jsonl': '{"text": "x", "embedding": [1]}\n{"image": 3}\n' });
    await expect(openEncoder(`embeddings/${join(folder, 'e.jsonl')}`)).rejects.toThrow(/record 2/);
  });
});

it('softmax of logits sums to one and does not overflow', () => {
  const chances = softmax([1000, 1000 + Math.log(3)]);
  expect(chances[0]).toBeCloseTo(0.25, 12);
  expect(chances[1]).toBeCloseTo(0.75, 12);
});
