// encoder: contrastive zero-shot choice: the option whose caption lies nearest to the picture.
import type { Question } from '../../domain/question.ts';
import type { Reader } from '../../domain/reader.ts';
import { type Encoder, openEncoder } from '../../experts/encoders/encoder.ts';
import { cosine, softmax, unit } from '../../experts/encoders/vectors.ts';
import { leastRecent } from '../least-recent.ts';
import { failure, outcomeOf, unsupported } from '../outcome.ts';
import type { PluginContext, ReaderPlugin } from '../reader-plugin.ts';
import { ownImages } from '../shown-volume.ts';
import type { ShownImage } from '../volume-images.ts';

/** Vectors that are kept: pictures come back with their questions, captions with every question of a set. */
const KEPT = 4096;

const plugin: ReaderPlugin = {
  id: 'encoder',
  summary: 'a picture and text encoder of yours, ONNX or embeddings: chooses the nearest caption',
  model: true,
  local: true,
  modes: [],
  create: async (context) => encoderReader(context, await openEncoder(context.name.model)),
};
export default plugin;

function encoderReader(context: PluginContext, encoder: Encoder): Reader {
  const imagesOf = ownImages(context);
  const pictures = leastRecent<Float32Array>(KEPT);
  const texts = leastRecent<Float32Array>(KEPT);
  const pictureVector = async (images: readonly ShownImage[]): Promise<Float32Array> => {
    const vectors = await Promise.all(
      images.map(({ hash }) =>
        pictures.get(hash, async () => {
          const bytes = await context.blobs.get(hash);
          return encoder.encodeImage({ bytes: bytes ?? new Uint8Array() });
        }),
      ),
    );
    if (vectors.length === 1) return vectors[0];
    return unit(
      vectors[0].map((_, at) => vectors.reduce((sum, vector) => sum + vector[at], 0)),
      'the pictures together',
    );
  };
  return {
    name: context.written,
    capabilities: { formats: ['mc', 'free'], needsImage: true, needsMasks: false },
    settings: {
      encoderHash: encoder.hash,
      logitScale: encoder.logitScale,
      ...(encoder.caption === undefined ? {} : { caption: encoder.caption }),
    },
    async read(task) {
      const { question } = task;
      const choices = choicesOf(question);
      if (choices === undefined)
        return unsupported('An encoder chooses between options, and this question has none.');
      try {
        const images = await imagesOf(task);
        if (images === undefined || 'unsupported' in images || images.length === 0)
          return unsupported('An encoder compares options with a picture, and this question shows none.');
        const picture = await pictureVector(images);
        const captions = choices.map(({ text }) => captionOf(question, text, encoder.caption));
        const vectors = await Promise.all(
          captions.map((caption) => texts.get(caption, async () => (await encoder.encodeText([caption]))[0])),
        );
        const chances = softmax(vectors.map((vector) => cosine(picture, vector) * encoder.logitScale));
        const best = chances.indexOf(Math.max(...chances));
        const shares = captions.map((caption, at) => `${chances[at].toFixed(4)} ${caption}`).join('\n');
        return outcomeOf(task, choices[best].reply, {
          confidence: chances[best],
          transcript: [
            { role: 'user', text: captions.join('\n'), images: images.map(({ hash }) => hash) },
            { role: 'assistant', text: shares },
          ],
        });
      } catch (error) {
        return failure(error);
      }
    },
    close: async () => encoder.close?.(),
  };
}

/** Options with what is replied for each; a yes/no question without options has two. */
function choicesOf({ options, answerKind }: Question): { text: string; reply: string }[] | undefined {
  if (options.length > 0) return options.map(({ letter, text }) => ({ text, reply: letter }));
  if (answerKind === 'binary') return ['yes', 'no'].map((text) => ({ text, reply: text }));
  return undefined;
}

/** An option by itself describes a picture unless all that it says is yes or no: then the question is needed. */
function captionOf(
  { text: question, options }: Question,
  option: string,
  template: string | undefined,
): string {
  const bare = options.length === 0 || options.every(({ text }) => /^(yes|no)\W*$/i.test(text));
  return (template ?? (bare ? '{question} {option}' : '{option}'))
    .replaceAll('{question}', question)
    .replaceAll('{option}', option);
}
