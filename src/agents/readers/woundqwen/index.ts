// woundqwen: attributes of a surgical wound first, then risk and urgency with them in the question, then the report.
import type { PromptPart } from '../../../domain/question.ts';
import { parseAnswer } from '../../../scoring/parse.ts';
import { choiceOption } from '../../choice-option.ts';
import { type StrategySession, strategy, type Turn } from '../../strategy.ts';
import { ATTRIBUTES, labelOf, sentenceOf, UNCERTAIN, type WoundAttribute } from './attributes.ts';
import { attributeQuestion } from './items.ts';

const STAGE_ONE = ['auto', 'given', 'asked', 'none'] as const;

const woundqwen = strategy({
  id: 'woundqwen',
  summary: 'wounds in three stages: five attributes, risk and urgency that are told them, the report',
  needsImage: false,
  options: [
    {
      name: 'attributes',
      summary:
        'where attributes come from: auto (the item’s records, else the model is asked), given, asked, none',
      default: 'auto',
    },
  ],
  roles: [
    ...ATTRIBUTES.filter(({ asked }) => asked).map(({ id, name }) => ({
      name: id,
      summary: `PROVIDER/MODEL that names the ${name}`,
    })),
    { name: 'report', summary: 'PROVIDER/MODEL that writes the report' },
  ],
  read,
  method: {
    paper: {
      title: 'SurgWound-Bench: A Benchmark for Surgical Wound Diagnosis',
      arxiv: '2508.15189',
      url: 'https://github.com/xuxuxuxuxuxjh/SurgWound',
      year: 2025,
    },
    command: 'overread run own-items --data DIR --reader woundqwen@MODEL',
    tasks: ['attributes', 'risk and urgency', 'report'],
    modalities: ['photographs of wounds', 'records'],
    needs: ['items made by "overread make surgwound"'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
});
export default woundqwen;

async function read(session: StrategySession): Promise<string> {
  const { type } = session.task.question;
  const own = ATTRIBUTES.find(({ id, asked }) => asked && type === `wound-${id}`);
  if (own !== undefined) return session.ask([{ role: 'user', content: session.question }], { as: own.id });
  const facts = await factsOf(session);
  const sentence = session.note('told', sentenceOf(facts), facts);
  if (type !== 'wound-report') return session.ask(extended(session, sentence));
  const judged: string[] = [];
  for (const about of ['risk of infection', 'urgency of care'])
    judged.push(
      `${about}: ${oneLine(
        await session.ask([
          {
            role: 'user',
            content: [...picturesOf(session), text(`What is this wound’s ${about}? ${sentence}`.trim())],
          },
        ]),
      )}`,
    );
  session.note('judged', judged);
  return session.ask(extended(session, [sentence, ...judged].filter((part) => part !== '').join('\n')), {
    as: 'report',
  });
}

const text = (words: string): PromptPart => ({ type: 'text', text: words });
const oneLine = (words: string): string => words.replace(/\s+/g, ' ').trim().slice(0, 300);

/** The question with what is known of the wound after it. */
function extended(session: StrategySession, sentence: string): Turn[] {
  return [{ role: 'user', content: [...session.question, ...(sentence === '' ? [] : [text(sentence)])] }];
}

const picturesOf = ({ question }: StrategySession): PromptPart[] =>
  question.filter((part) => part.type === 'image');

/** Attributes from the item's records, and from the model where there is none and a picture to look at. */
async function factsOf(session: StrategySession): Promise<Record<string, string>> {
  const wanted = choiceOption(session, 'attributes', STAGE_ONE);
  const facts: Record<string, string> = {};
  if (wanted === 'none') return facts;
  for (const attribute of ATTRIBUTES) {
    // The location comes with the picture, so it is taken from the records also where attributes are asked.
    const given = wanted === 'asked' && attribute.asked ? undefined : givenOf(session, attribute);
    if (given !== undefined) facts[attribute.id] = given;
    else if (wanted !== 'given' && attribute.asked && session.shown.length > 0)
      facts[attribute.id] = await askedOf(session, attribute);
  }
  return facts;
}

function givenOf({ task }: StrategySession, attribute: WoundAttribute): string | undefined {
  const record = task.question.materials?.find(
    ({ kind, title }) => kind === 'record' && (title === attribute.id || title === attribute.column),
  );
  return record?.text === undefined ? undefined : labelOf(attribute, record.text);
}

/** Asked once more when no option can be read from the reply; then it is uncertain, which the log says. */
async function askedOf(session: StrategySession, attribute: WoundAttribute): Promise<string> {
  const options = session.random
    .fork(attribute.id)
    .shuffle([...attribute.values, UNCERTAIN])
    .map((value, at) => ({ letter: String.fromCharCode(65 + at), text: value }));
  const words = [
    attributeQuestion(attribute.name),
    ...options.map((option) => `${option.letter}. ${option.text}`),
    'Answer with one letter only.',
  ].join('\n');
  let reason = '';
  for (const sample of [0, 1]) {
    const reply = await session.ask([{ role: 'user', content: [...picturesOf(session), text(words)] }], {
      as: attribute.id,
      sample,
    });
    const parsed = parseAnswer({ answerKind: 'categorical', options }, reply, {
      protocol: 'strict',
      format: 'mc',
    });
    if (parsed.ok && parsed.answer.kind === 'choice') {
      const { letter } = parsed.answer;
      return options.find((option) => option.letter === letter)?.text ?? UNCERTAIN;
    }
    reason = parsed.ok ? 'no letter' : parsed.reason;
  }
  session.note('unread', { attribute: attribute.id, reason });
  return UNCERTAIN;
}
