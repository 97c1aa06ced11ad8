// Grounding by what a finding looks like: its card goes into the prompt, the reader or an expert gives boxes.
import { OverreadError } from '../../../domain/errors.ts';
import type { Method } from '../../../domain/method.ts';
import type { PromptPart } from '../../../domain/question.ts';
import type { ReaderPlugin } from '../../reader-plugin.ts';
import { boxFormat, COORDINATES, readBoxes, type SaidBox, writeBoxes } from '../../regions/boxes.ts';
import { type StrategySession, strategy, type Turn } from '../../strategy.ts';
import { cardsIn, cardsWith, type NamedCard } from './card.ts';

export interface Grounding {
  readonly id: string;
  readonly summary: string;
  readonly method: Omit<Method, 'id' | 'kind' | 'summary'>;
  /** What is said of a finding, beside its name. */
  told(card: NamedCard): string;
}

/** One of a few words. Throws `bad-argument`. */
function oneOf<T extends string>(
  session: StrategySession,
  id: string,
  name: string,
  values: readonly T[],
): T {
  const said = session.option(name);
  const found = values.find((value) => value === said);
  if (found !== undefined) return found;
  throw new OverreadError(
    'bad-argument',
    `The option ${name} of ${id} is ${values.join(' or ')}, not "${said ?? ''}".`,
  );
}

/** What is asked about: the option's finding, else those that the question names. */
async function findings(session: StrategySession): Promise<readonly NamedCard[]> {
  const cards = await cardsWith(session.option('attributes'));
  const named = session.option('concept');
  return cardsIn(named === undefined || named === '' ? session.task.question.text : named, cards);
}

const system = ({ task }: StrategySession): Turn[] => {
  const { system: own = '' } = task.question;
  return own === '' ? [] : [{ role: 'system', content: own }];
};

/** Boxes by the reader's model; its reply itself where no boxes can be read in it twice. */
async function byModel(
  session: StrategySession,
  told: readonly string[],
  coordinates: (typeof COORDINATES)[number],
  pictures: readonly { width: number; height: number }[],
): Promise<readonly SaidBox[] | string> {
  const ask = `Whatever form of answer was asked for above, reply with JSON only: ${boxFormat(coordinates)}; [] if it is not there.`;
  const request: PromptPart = { type: 'text', text: [...told, ask].join('\n') };
  const turns: Turn[] = [...system(session), { role: 'user', content: [...session.question, request] }];
  const reply = await session.ask(turns);
  const first = readBoxes(reply, { coordinates, pictures });
  if (first.ok) return first.value;
  const again = await session.ask([
    ...turns,
    { role: 'assistant', content: reply },
    { role: 'user', content: `That could not be read: ${first.reason}. ${ask}` },
  ]);
  const second = readBoxes(again, { coordinates, pictures });
  return second.ok ? second.value : again;
}

async function byExpert(session: StrategySession, told: readonly string[]): Promise<readonly SaidBox[]> {
  const least = session.number('least-score', { min: 0, max: 1 });
  const expert = session.expert('ground');
  const [shown] = session.shown;
  const { patientId, text } = session.task.question;
  const phrase = told.length === 0 ? text : told.join('\n');
  const found = await expert.ground(await session.stored(shown.hash), phrase, {
    patientId,
    signal: session.task.signal,
  });
  session.note('ground', { phrase, boxes: found }, { expert: expert.id });
  return found.filter(({ score }) => score >= least).map(({ box, score }) => ({ box, score, picture: 0 }));
}

/** A reader plug-in that tells what to look for before it asks where it is. */
export function groundingStrategy({ id, summary, method, told }: Grounding): ReaderPlugin {
  return strategy({
    id,
    summary,
    method,
    options: [
      { name: 'attributes', summary: 'JSON file with cards of your own, over the built-in ones', file: true },
      { name: 'concept', summary: 'the finding, where the question does not name it' },
      { name: 'by', summary: 'model or expert (--expert ground=…): who gives the boxes', default: 'model' },
      {
        name: 'coordinates',
        summary: 'unit in which the model writes boxes: thousandths, pixels or fractions',
        default: 'thousandths',
      },
      {
        name: 'reply',
        summary:
          'boxes (JSON in pixels) or as-asked (the model’s words, for benchmarks with a form of their own)',
        default: 'boxes',
      },
      {
        name: 'least-score',
        summary: 'expert’s boxes less sure than this are left out (assumed)',
        default: '0.3',
      },
    ],
    async read(session) {
      const by = oneOf(session, id, 'by', ['model', 'expert']);
      const coordinates = oneOf(session, id, 'coordinates', COORDINATES);
      const reply = oneOf(session, id, 'reply', ['boxes', 'as-asked']);
      const cards = await findings(session);
      const lines = cards.map(told);
      session.note('cards', {
        names: cards.map(({ name }) => name),
        told: lines,
        sources: cards.map(({ source }) => source),
      });
      if (reply === 'as-asked') {
        const parts: PromptPart[] = lines.length === 0 ? [] : [{ type: 'text', text: lines.join('\n') }];
        return session.ask([...system(session), { role: 'user', content: [...parts, ...session.question] }]);
      }
      const [shown] = session.shown;
      const { width, height } = await session.raster(shown.hash);
      const pictures = [{ width, height }];
      const boxes =
        by === 'expert'
          ? await byExpert(session, lines)
          : await byModel(session, lines, coordinates, pictures);
      if (typeof boxes === 'string') {
        session.note('boxes', { unreadable: true });
        return boxes;
      }
      session.note('boxes', boxes);
      return writeBoxes(boxes, { coordinates: 'pixels', pictures });
    },
  });
}
