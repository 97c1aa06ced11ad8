// The pictures of a published benchmark's other items as a control may show them, never a key.
import type { OtherPictures } from '../agents/create-reader.ts';
import type { QuestionSource } from '../domain/benchmark.ts';
import type { Question } from '../domain/question.ts';
import { random } from '../domain/random.ts';

interface Shown {
  readonly id: string;
  readonly patientId: string;
  readonly images: readonly { readonly hash: string; readonly mediaType: string }[];
}

function shownBy({ id, patientId, prompt = [] }: Question): Shown {
  const images = prompt.flatMap((part) =>
    part.type === 'image' ? [{ hash: part.hash, mediaType: part.mediaType }] : [],
  );
  return { id, patientId, images };
}

/** Items that show equally many pictures, in a fixed random order, and where each stands. */
interface Alike {
  readonly order: readonly Shown[];
  readonly place: ReadonlyMap<string, number>;
}

async function byCount(source: Pick<QuestionSource, 'eachQuestion'>): Promise<ReadonlyMap<number, Alike>> {
  const found = new Map<number, Shown[]>();
  for await (const question of source.eachQuestion()) {
    const shown = shownBy(question);
    const alike = found.get(shown.images.length);
    if (alike === undefined) found.set(shown.images.length, [shown]);
    else alike.push(shown);
  }
  return new Map(
    [...found].map(([count, items]) => {
      const order = random('wrong patient').shuffle(items);
      return [count, { order, place: new Map(order.map(({ id }, at) => [id, at])) }];
    }),
  );
}

/** The source is read once, when the first question asks; only hashes are kept. */
export function otherPictures(source: Pick<QuestionSource, 'eachQuestion'>): OtherPictures {
  let index: Promise<ReadonlyMap<number, Alike>> | undefined;
  return {
    async instead(question) {
      index ??= byCount(source);
      const own = shownBy(question);
      const alike = (await index).get(own.images.length);
      if (alike === undefined) return undefined;
      const { order, place } = alike;
      const seen = new Set(own.images.map(({ hash }) => hash));
      const start = place.get(own.id) ?? 0;
      for (let step = 1; step <= order.length; step++) {
        const other = order[(start + step) % order.length];
        // A picture that two patients share would be the right one after all.
        if (other.patientId !== own.patientId && !other.images.some(({ hash }) => seen.has(hash)))
          return other;
      }
      return undefined;
    },
  };
}
