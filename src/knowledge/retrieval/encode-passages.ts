// Vectors or token rows of all passages, in batches, within the memory that a corpus may take.
import { OverreadError } from '../../domain/errors.ts';
import type { LocalPassage } from './passage-files.ts';

export interface PictureBytes {
  readonly bytes: Uint8Array;
  readonly name?: string;
}

/** What an encoder makes of texts and of pictures; a side that it lacks is absent. */
export interface SideEncoder<Made> {
  text?(texts: readonly string[]): Promise<readonly Made[]>;
  picture?(picture: PictureBytes): Promise<Made>;
}

export interface EncodeOptions<Made> {
  /** Told of each result, to count its memory. */
  readonly take: (made: Made) => void;
  readonly signal?: AbortSignal | undefined;
}

const BATCH = 64;

/** Of each passage's text; undefined where there is none, or no such side. */
export async function encodedTexts<Made>(
  passages: readonly Pick<LocalPassage, 'text'>[],
  encoder: SideEncoder<Made>,
  { take, signal }: EncodeOptions<Made>,
): Promise<(Made | undefined)[]> {
  const made: (Made | undefined)[] = passages.map(() => undefined);
  if (encoder.text === undefined) return made;
  const worded = [...passages.keys()].filter((at) => passages[at].text.trim() !== '');
  for (let start = 0; start < worded.length; start += BATCH) {
    signal?.throwIfAborted();
    const places = worded.slice(start, start + BATCH);
    const vectors = await encoder.text(places.map((at) => passages[at].text));
    if (vectors.length !== places.length)
      throw new OverreadError(
        'expert-failed',
        `The encoder gave ${vectors.length} vectors for ${places.length} texts: check it.`,
      );
    for (const [place, at] of places.entries()) {
      take(vectors[place]);
      made[at] = vectors[place];
    }
  }
  return made;
}

/** Of each passage's picture; undefined where there is none, or no such side. */
export async function encodedPictures<Made>(
  passages: readonly Pick<LocalPassage, 'id' | 'picture'>[],
  encoder: SideEncoder<Made>,
  { take, signal }: EncodeOptions<Made>,
): Promise<(Made | undefined)[]> {
  const made: (Made | undefined)[] = passages.map(() => undefined);
  if (encoder.picture === undefined) return made;
  for (const [at, { id, picture }] of passages.entries()) {
    if (picture === undefined) continue;
    signal?.throwIfAborted();
    const vector = await encoder.picture({ bytes: await picture(), name: id });
    take(vector);
    made[at] = vector;
  }
  return made;
}

/** One of both for each passage: that of the side named first, where the passage and the encoder have it. */
export async function encodedPassages<Made>(
  passages: readonly LocalPassage[],
  encoder: SideEncoder<Made>,
  first: 'text' | 'picture',
  options: EncodeOptions<Made>,
): Promise<(Made | undefined)[]> {
  const preferred =
    first === 'text'
      ? await encodedTexts(passages, encoder, options)
      : await encodedPictures(passages, encoder, options);
  const rest = passages.map((passage, at) =>
    preferred[at] === undefined ? passage : { ...passage, text: '', picture: undefined },
  );
  const others =
    first === 'text'
      ? await encodedPictures(rest, encoder, options)
      : await encodedTexts(rest, encoder, options);
  return preferred.map((one, at) => one ?? others[at]);
}
