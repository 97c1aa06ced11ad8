// A picture as the tensor that an image encoder was trained on: resized, cut, scaled, normalized.
import * as z from 'zod';
import { messageOf, OverreadError } from '../../domain/errors.ts';

const triple = z.union([z.number(), z.array(z.number()).min(1).max(3)]);

/** How pictures are prepared: `encoder.json`'s "image", every member with a default (CLIP's). */
export const preparation = z.object({
  /** Edge of the square that the encoder takes, in pixels. */
  size: z.number().int().positive().default(224),
  /** crop: the shorter edge becomes `size`, the middle is kept; squash: both edges become `size`; pad: the longer edge does, black around. */
  fit: z.enum(['crop', 'squash', 'pad']).default('crop'),
  channels: z.union([z.literal(1), z.literal(3)]).default(3),
  layout: z.enum(['nchw', 'nhwc']).default('nchw'),
  /** Per channel or for all, of values in 0…1. */
  mean: triple.default([0.48145466, 0.4578275, 0.40821073]),
  std: triple.default([0.26862954, 0.26130258, 0.27577711]),
});
export type Preparation = z.infer<typeof preparation>;

const of = (value: number | readonly number[], channel: number): number =>
  typeof value === 'number' ? value : (value[channel] ?? value[0]);

/** Values in the preparation's layout. Throws `file-corrupt` for what is no picture. */
export async function pictureTensor(
  bytes: Uint8Array,
  { size, fit, channels, layout, mean, std }: Preparation,
): Promise<{ readonly data: Float32Array; readonly dims: readonly number[] }> {
  const { default: sharp } = await import('sharp');
  let raw: Buffer;
  try {
    const image = sharp(bytes, { failOn: 'truncated' })
      .autoOrient()
      .flatten({ background: 'black' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .resize(size, size, {
        fit: ({ crop: 'cover', squash: 'fill', pad: 'contain' } as const)[fit],
        background: 'black',
        kernel: 'cubic',
      });
    raw = await (channels === 1 ? image.extractChannel(0) : image).removeAlpha().raw().toBuffer();
  } catch (cause) {
    throw new OverreadError(
      'file-corrupt',
      `A picture cannot be decoded for the encoder (${messageOf(cause)}): copy it again.`,
      { cause },
    );
  }
  const plane = size * size;
  const data = new Float32Array(plane * channels);
  for (let at = 0; at < plane; at++)
    for (let channel = 0; channel < channels; channel++) {
      const value = (raw[at * channels + channel] / 255 - of(mean, channel)) / of(std, channel);
      data[layout === 'nchw' ? channel * plane + at : at * channels + channel] = value;
    }
  return { data, dims: layout === 'nchw' ? [1, channels, size, size] : [1, size, size, channels] };
}
