// vitar: thinks, marks regions, is shown them, thinks again, answers (ViTAR).
import { OverreadError } from '../../../domain/errors.ts';
import type { PromptPart } from '../../../domain/question.ts';
import { COORDINATES, type Coordinates, type SaidBox } from '../../regions/boxes.ts';
import { cropped, framed, widened } from '../../regions/region-pictures.ts';
import { tagged } from '../../regions/reply-tags.ts';
import { type StrategySession, strategy, type Turn } from '../../strategy.ts';
import {
  againRequest,
  answerRequest,
  cropCaption,
  DEFAULT_TAGS,
  type Feedback,
  lookRequest,
  readAct,
  type Tags,
  type Told,
  tagsOf,
  untagged,
} from './protocol.ts';

const FEEDBACK = ['both', 'mark', 'zoom'] as const;

/** One of a few words. Throws `bad-argument`. */
function oneOf<T extends string>(session: StrategySession, name: string, values: readonly T[]): T {
  const said = session.option(name);
  const found = values.find((value) => value === said);
  if (found !== undefined) return found;
  throw new OverreadError(
    'bad-argument',
    `The option ${name} of vitar is one of ${values.join(', ')}, not "${said ?? ''}".`,
  );
}

function toldOf(session: StrategySession): Told {
  const tags = tagsOf(session.option('tags') ?? '');
  if (!tags.ok) throw new OverreadError('bad-argument', `The option tags of vitar is ${tags.reason}.`);
  return {
    tags: tags.value,
    coordinates: oneOf<Coordinates>(session, 'coordinates', COORDINATES),
    feedback: oneOf<Feedback>(session, 'feedback', FEEDBACK),
    boxes: session.number('boxes', { min: 1, max: 16 }),
    pictures: session.shown.length,
  };
}

/** The pictures of what was marked, each under a line that says what it is. */
async function feedbackOf(
  session: StrategySession,
  boxes: readonly SaidBox[],
  { feedback }: Told,
): Promise<PromptPart[]> {
  const margin = session.number('margin', { min: 0, max: 5 });
  const edge = session.number('edge', { min: 16, max: 4096 });
  const parts: PromptPart[] = [];
  const say = (text: string) => parts.push({ type: 'text', text });
  for (const [at, { hash }] of session.shown.entries()) {
    const own = boxes.filter(({ picture }) => picture === at);
    if (own.length === 0) continue;
    const raster = await session.raster(hash);
    if (feedback !== 'zoom') {
      say(session.shown.length > 1 ? `Picture ${at + 1} with your regions framed:` : 'Your regions framed:');
      parts.push(
        await session.picture(
          framed(
            raster,
            own.map(({ box }) => box),
          ),
          'vitar:mark',
        ),
      );
    }
    if (feedback === 'mark') continue;
    for (const [n, { box }] of own.entries()) {
      say(cropCaption(n, box));
      parts.push(await session.picture(cropped(raster, widened(box, margin, raster), edge), 'vitar:zoom'));
    }
  }
  return parts;
}

/** One act of the model, asked once more where it cannot be used; undefined when it stays so or answers instead. */
async function act(
  session: StrategySession,
  turns: Turn[],
  told: Told,
): Promise<{ readonly boxes: readonly SaidBox[] } | { readonly answer: string } | undefined> {
  const rasters = await Promise.all(session.shown.map(({ hash }) => session.raster(hash)));
  const pictures = rasters.map(({ width, height }) => ({ width, height }));
  for (let attempt = 0; attempt < 2; attempt++) {
    const reply = await session.ask(turns);
    turns.push({ role: 'assistant', content: reply });
    const named = tagged(reply, told.tags.act);
    const answer = tagged(reply, told.tags.answer);
    if (named === undefined && answer !== undefined) return { answer };
    const boxes = readAct(named ?? reply, { coordinates: told.coordinates, pictures, most: told.boxes });
    if (boxes.ok) {
      session.note('act', { boxes: boxes.value }, { attempt });
      return { boxes: boxes.value };
    }
    session.note('act', { unreadable: boxes.reason }, { attempt });
    if (attempt === 0) turns.push({ role: 'user', content: againRequest(boxes.reason, told) });
  }
  return undefined;
}

/** The words of the answer's tag, or what stands outside the thoughts where there is none. */
function answerOf(session: StrategySession, reply: string, tags: Tags): string {
  const answer = tagged(reply, tags.answer);
  if (answer !== undefined) return answer;
  session.note('answer', { untagged: true });
  return untagged(reply, tags);
}

export default strategy({
  id: 'vitar',
  summary: 'thinks, marks regions, is shown them, thinks again and answers',
  options: [
    { name: 'rounds', summary: 'replies of the model, the last one the answer; 1: no look', default: '2' },
    {
      name: 'feedback',
      summary: 'what is shown of marked regions: both, mark (frames) or zoom (crops) (assumed)',
      default: 'both',
    },
    {
      name: 'coordinates',
      summary: 'unit of boxes: thousandths, pixels or fractions (assumed)',
      default: 'thousandths',
    },
    { name: 'boxes', summary: 'most regions in one act (assumed)', default: '3' },
    { name: 'tags', summary: 'names of the four tags (assumed)', default: DEFAULT_TAGS },
    { name: 'margin', summary: 'margin of crops, share of the longer edge (assumed)', default: '0.1' },
    { name: 'edge', summary: 'crops are enlarged to this many pixels (assumed)', default: '512' },
  ],
  method: {
    paper: {
      title: 'Think Twice to See More: Iterative Visual Reasoning in Medical VLMs',
      arxiv: '2510.10052',
      year: 2025,
    },
    command: 'overread run BENCHMARK --data DIR --reader vitar@MODEL --option rounds=2',
    needs: ['a model that writes boxes'],
    tasks: ['visual question answering', 'grounding'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
  async read(session) {
    const rounds = session.number('rounds', { min: 1, max: 8 });
    const told = toldOf(session);
    const { system = '' } = session.task.question;
    const first = rounds > 1 ? lookRequest(told) : answerRequest(told, false);
    const turns: Turn[] = [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content: [...session.question, { type: 'text', text: first }] },
    ];
    let hasLooked = false;
    for (let round = 1; round < rounds; round++) {
      const acted = await act(session, turns, told);
      if (acted !== undefined && 'answer' in acted) {
        session.note('act', { answeredAtOnce: true }, { round });
        return acted.answer;
      }
      hasLooked ||= acted !== undefined;
      const seen = acted === undefined ? [] : await feedbackOf(session, acted.boxes, told);
      // Whose regions could not be read twice is asked for the answer without them.
      if (acted === undefined) round = rounds;
      const request = round + 1 < rounds ? lookRequest(told) : answerRequest(told, hasLooked);
      turns.push({ role: 'user', content: [...seen, { type: 'text', text: request }] });
    }
    return answerOf(session, await session.ask(turns), told.tags);
  },
});
