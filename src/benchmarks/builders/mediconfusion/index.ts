// Confusable pairs in MediConfusion's manner: pictures that look alike to one encoder and differ to another.
import { basename } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import type { Encoder } from '../../../experts/encoders/encoder.ts';
import { shownPicture } from '../../../imaging/shown-picture.ts';
import { openData } from '../../../records/data-root.ts';
import type { Builder, BuildRequest, BuildSummary } from '../../builder.ts';
import { buildFolder, skippedOf, tally } from '../../built-folder.ts';
import { checkMiner } from './check.ts';
import { COLUMNS, type MinedPicture, minedPictures } from './pictures.ts';
import { keyOrder, type PairQuestion, questionFor } from './questions.ts';
import { openVectors } from './rows.ts';
import { confusablePairs, type MinedPair, type Vectors, vectorStack } from './search.ts';

/** The released pairs' own limits: BiomedCLIP's cosine from 0.90 on, DINO's below 0.75. */
const ABOVE = '0.90';
const BELOW = '0.75';

const one = (request: BuildRequest, name: string): string | undefined => request.options[name]?.at(-1);

function needed(request: BuildRequest, name: string): string {
  const value = one(request, name);
  if (value !== undefined) return value;
  throw new OverreadError(
    'bad-argument',
    `Give --${name} onnx/PATH or embeddings/PATH: pairs are mined by two encoders.`,
  );
}

function number(request: BuildRequest, name: string, usual: string, low: number, high: number): number {
  const value = Number(one(request, name) ?? usual);
  if (value >= low && value <= high) return value;
  throw new OverreadError('bad-argument', `Give --${name} as a number from ${low} to ${high}.`);
}

function columnsOf(request: BuildRequest): Record<string, string> {
  return Object.fromEntries(
    (request.options.column ?? []).map((text) => {
      const [field, column] = text.split('=');
      if (column !== undefined && COLUMNS.some((name) => name === field)) return [field, column];
      throw new OverreadError(
        'bad-argument',
        `Give --column as FIELD=COLUMN with one of ${COLUMNS.join(', ')}, not "${text}".`,
      );
    }),
  );
}

/** What may be written down of an encoder: its kind and file, not where it lies. */
const nameOf = ({ id, hash }: Encoder) => ({ encoder: `${id.split('/')[0]}/${basename(id)}`, hash });

interface Encoded {
  readonly pictures: readonly MinedPicture[];
  readonly alike: Vectors;
  readonly apart: Vectors;
}

/** Vectors of both encoders; pictures that one of them has none for are left out and counted. */
async function encoded(
  found: readonly MinedPicture[],
  encoders: readonly [Encoder, Encoder],
  request: BuildRequest,
  skip: (reason: string) => void,
): Promise<Encoded> {
  const pictures: MinedPicture[] = [];
  const [alike, apart] = encoders.map(({ id }) => vectorStack(found.length, id));
  let first: unknown;
  for (const picture of found) {
    request.signal.throwIfAborted();
    const bytes = await picture.load();
    let vectors: readonly Float32Array[] | undefined;
    try {
      vectors = await Promise.all(
        encoders.map((encoder) => encoder.encodeImage({ bytes, name: picture.name })),
      );
    } catch (error) {
      if (!OverreadError.isInstance(error) || error.code === 'dependency-missing') throw error;
      first ??= error;
      skip('an encoder has no vector for the picture');
    }
    if (vectors !== undefined) {
      alike.add(vectors[0]);
      apart.add(vectors[1]);
      pictures.push(picture);
    }
    request.progress.advance(1, picture.name);
  }
  if (pictures.length < 2 && first !== undefined) throw first;
  return { pictures, alike: alike.all(), apart: apart.all() };
}

interface AskedPair {
  readonly mined: MinedPair;
  readonly asked: PairQuestion | undefined;
}

/** The best pairs, no picture in more than `each` of them; those that can be asked about come first. */
function chosen(
  mined: readonly MinedPair[],
  pictures: readonly MinedPicture[],
  limits: { readonly pairs: number; readonly each: number },
  skip: (reason: string) => void,
): { readonly asked: AskedPair[]; readonly unasked: AskedPair[] } {
  const used = new Map<number, number>();
  const asked: AskedPair[] = [];
  const unasked: AskedPair[] = [];
  for (const pair of mined) {
    const question = questionFor(pictures[pair.first], pictures[pair.second]);
    if (question === undefined) {
      if (unasked.length < limits.pairs) unasked.push({ mined: pair, asked: undefined });
      skip('the pair has no caption and no shared question that tell its pictures apart');
      continue;
    }
    if (asked.length >= limits.pairs) continue;
    const counts = [pair.first, pair.second].map((at) => (used.get(at) ?? 0) + 1);
    if (counts.some((count) => count > limits.each)) {
      skip(`one of the pair’s pictures is in ${limits.each} pairs already`);
      continue;
    }
    used.set(pair.first, counts[0]).set(pair.second, counts[1]);
    asked.push({ mined: pair, asked: question });
  }
  return { asked, unasked };
}

async function build(request: BuildRequest): Promise<BuildSummary> {
  const { protocol, seed, progress, signal } = request;
  const above = number(request, 'above', ABOVE, -1, 1);
  const below = number(request, 'below', BELOW, -1, 1.01);
  const pairs = number(request, 'pairs', '200', 1, 1e6);
  // The release has pictures in many pairs; strict keeps pairs from hanging together.
  const each = number(request, 'per-picture', protocol === 'strict' ? '2' : '1000000', 1, 1e6);
  const counts = tally();
  const skip = (reason: string) => counts.add(reason);
  const [similarBy, apartBy] = [needed(request, 'similar'), needed(request, 'apart')];
  const data = await openData(request.source);
  let encoders: readonly [Encoder, Encoder] | undefined;
  try {
    progress.start('Reading pictures');
    const licence = one(request, 'licence');
    const { pictures: found, names } = await minedPictures(data, {
      tables: request.options.table ?? [],
      columns: columnsOf(request),
      onPicture: () => progress.advance(1),
      signal,
      ...(licence === undefined ? {} : { licence }),
    });
    progress.finish(`${found.length} pictures`);
    const twice = names.length - found.length;
    if (twice > 0) counts.add('the same picture under another name', twice);
    encoders = [await openVectors(similarBy, names), await openVectors(apartBy, names)];
    progress.start('Encoding', found.length);
    const { pictures, alike, apart } = await encoded(found, encoders, request, skip);
    progress.finish(`${pictures.length} pictures`);
    progress.start('Comparing', pictures.length);
    let before = 0;
    const mined = await confusablePairs(alike, apart, {
      ...{ above, below, keep: Math.max(100_000, 50 * pairs), signal },
      excluded: (a, b) =>
        protocol === 'strict' &&
        pictures[a].patient !== undefined &&
        pictures[a].patient === pictures[b].patient,
      onRows(done) {
        progress.advance(done - before);
        before = done;
      },
    });
    progress.finish(`${mined.found} pairs`);
    if (mined.found === 0)
      throw new OverreadError(
        'bad-argument',
        `No two of ${pictures.length} pictures have a cosine from ${above} on by the first encoder and below ${below} by the second: change --above or --below.`,
      );
    const { asked, unasked } = chosen(mined.pairs, pictures, { pairs, each }, skip);
    const written = await write(request.out, pictures, [asked, unasked], encoders, seed);
    return {
      ...written,
      counts: { 'confusable pairs': mined.found, 'pairs with a question': asked.length },
      skipped: skippedOf(counts.counts()),
    };
  } finally {
    await data.close?.();
    for (const encoder of encoders ?? []) await encoder.close?.();
  }
}

function write(
  out: string,
  pictures: readonly MinedPicture[],
  [asked, unasked]: readonly [readonly AskedPair[], readonly AskedPair[]],
  encoders: readonly [Encoder, Encoder],
  seed: string,
) {
  const order = keyOrder(asked.length, seed);
  const locals = new Map<number, number>();
  for (const { mined } of asked)
    for (const at of [mined.first, mined.second]) if (!locals.has(at)) locals.set(at, 20_001 + locals.size);
  const rounded = (cosine: number) => Number(cosine.toFixed(6));
  return buildFolder(out, async (folder) => {
    for (const [at, local] of locals) {
      const { load, name } = pictures[at];
      const { bytes, mediaType } = await shownPicture(await load(), name);
      await folder.write(`images/${local}.${mediaType === 'image/png' ? 'png' : 'jpg'}`, bytes);
    }
    const dataset: Record<string, unknown> = {};
    for (const [n, { mined, asked: question }] of asked.entries()) {
      const [a, b] = [pictures[mined.first], pictures[mined.second]];
      if (question === undefined) continue;
      const [optionA, optionB] = order[n] ? question.answers : question.answers.toReversed();
      dataset[String(10_001 + n)] = {
        ...{ im_1: a.name, im_2: b.name },
        ...{ im_1_local: locals.get(mined.first), im_2_local: locals.get(mined.second) },
        ...{ cap_1: a.caption ?? null, cap_2: b.caption ?? null },
        ...{ category_1: a.categories, category_2: b.categories },
        ...{ similar_sim: rounded(mined.alike), apart_sim: rounded(mined.apart) },
        ...{ question: question.question, option_A: optionA, option_B: optionB },
        ...{ im_1_correct: order[n] ? 'A' : 'B', im_2_correct: order[n] ? 'B' : 'A' },
        ...(a.licence === undefined ? {} : { licence_1: a.licence }),
        ...(b.licence === undefined ? {} : { licence_2: b.licence }),
      };
    }
    if (asked.length > 0) await folder.write('dataset.json', `${JSON.stringify(dataset, null, 1)}\n`);
    const lines = [...asked, ...unasked].map(({ mined, asked: question }) =>
      JSON.stringify({
        ...{ im_1: pictures[mined.first].name, im_2: pictures[mined.second].name },
        ...{ similar: rounded(mined.alike), apart: rounded(mined.apart), asked: question !== undefined },
      }),
    );
    await folder.write('pairs.jsonl', `${lines.join('\n')}\n`);
    const [similar, apart] = encoders.map(nameOf);
    await folder.write('encoders.json', `${JSON.stringify({ similar, apart }, null, 1)}\n`);
    return { items: 2 * asked.length };
  });
}

const mediconfusionPairs: Builder = {
  id: 'mediconfusion',
  kind: 'builder',
  writes: 'mediconfusion',
  summary: 'pairs of one’s own pictures that look alike to one encoder and differ to another',
  paper: {
    title:
      'MediConfusion: Can you trust your AI radiologist? Probing the reliability of multimodal medical foundation models',
    arxiv: '2409.15477',
    year: 2024,
  },
  command:
    'overread make mediconfusion FOLDER --similar onnx/A --apart onnx/B --table captions.csv --out DIR',
  needs: ['a folder of pictures', 'two encoders, as ONNX files or vectors computed before'],
  options: [
    {
      name: 'similar',
      value: 'ENCODER',
      about: 'finds the pictures of a pair alike: onnx/PATH or embeddings/PATH',
    },
    { name: 'apart', value: 'ENCODER', about: 'tells them apart: onnx/PATH or embeddings/PATH' },
    { name: 'above', value: 'COSINE', about: 'least similarity by the first', default: ABOVE },
    { name: 'below', value: 'COSINE', about: 'similarity by the second that is not reached', default: BELOW },
    { name: 'pairs', value: 'N', about: 'most pairs that are asked about', default: '200' },
    {
      name: 'per-picture',
      value: 'N',
      about: 'pairs that a picture may be in (published: any number)',
      default: '2',
    },
    {
      name: 'table',
      value: 'FILE',
      about: 'what is known of the pictures, within the folder',
      repeatable: true,
    },
    {
      name: 'column',
      value: 'FIELD=COLUMN',
      about: `column of ${COLUMNS.join(', ')}; a question is taken from questions asked of both pictures, else from captions`,
      repeatable: true,
    },
    { name: 'licence', value: 'TERMS', about: 'of all pictures, carried into every item' },
  ],
  build,
  check: (context) => checkMiner(mediconfusionPairs, context),
};
export default mediconfusionPairs;
