// mmedagent: triage names a specialty, specialists answer, the attending decides from what they said.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { parseAnswer } from '../../../scoring/parse.ts';
import { choiceOption } from '../../choice-option.ts';
import { type StrategySession, strategy } from '../../strategy.ts';
import { type AttendingPolicy, decide, majorityOf, type Vote } from './curriculum.ts';

export const SPECIALTIES = [
  'pathologist',
  'radiologist',
  'surgeon',
  'oncologist',
  'endocrinologist',
  'ophthalmologist',
  'dermatologist',
] as const;
type Specialty = (typeof SPECIALTIES)[number];

const MOST_SPECIALISTS = 5;

const mmedagent = strategy({
  id: 'mmedagent',
  summary: 'triage to one of seven specialties, several specialists, and an attending who decides',
  options: [
    {
      name: 'specialists',
      summary: `how many specialists answer, 1 to ${MOST_SPECIALISTS}; assumed`,
      default: '3',
    },
    {
      name: 'attending',
      summary: 'model (the attending decides in words), majority, or policy (a learnt table)',
      default: 'model',
    },
    { name: 'policy', summary: 'FILE of the table that attending=policy goes by', file: true },
    {
      name: 'temperature',
      summary: 'of specialists, so that several of one model differ; assumed',
      default: '0.7',
    },
  ],
  roles: [
    { name: 'triage', summary: 'PROVIDER/MODEL that chooses the specialty' },
    ...Array.from({ length: MOST_SPECIALISTS }, (_, at) => ({
      name: `specialist-${at + 1}`,
      summary: `PROVIDER/MODEL of specialist ${at + 1}`,
    })),
    { name: 'attending-model', summary: 'PROVIDER/MODEL that decides' },
  ],
  read,
  method: {
    paper: {
      title: 'MMedAgent-RL: Optimizing Multi-Agent Collaboration for Multimodal Medical Reasoning',
      arxiv: '2506.00555',
      year: 2025,
    },
    command:
      'overread run BENCHMARK --data DIR --reader mmedagent@MODEL --option specialist-1=PROVIDER/MODEL',
    tasks: ['visual question answering'],
    modalities: ['any picture'],
    needs: ['questions about pictures'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
});
export default mmedagent;

interface Opinion {
  /** Null where no answer can be read. */
  readonly answer: string | null;
  readonly reply: string;
}

async function read(session: StrategySession): Promise<string> {
  const count = session.number('specialists', { min: 1, max: MOST_SPECIALISTS });
  const attending = choiceOption(session, 'attending', ['model', 'majority', 'policy']);
  const temperature = session.number('temperature', { min: 0, max: 2 });
  const policy = attending === 'policy' ? await policyOf(session) : undefined;
  const specialty = await triaged(session);
  const opinions: Opinion[] = [];
  for (let at = 0; at < count; at++) {
    const reply = await session.ask(
      [
        {
          role: 'system',
          content: `You are a ${specialty} who is asked for an opinion. Answer from what you see, in the form that the question asks for.`,
        },
        { role: 'user', content: session.question },
      ],
      { as: `specialist-${at + 1}`, sample: at, temperature },
    );
    opinions.push({ answer: answerIn(session, reply), reply });
  }
  session.note(
    'opinions',
    opinions.map(({ answer }) => answer),
    { specialty },
  );
  if (attending === 'model') return decidedInWords(session, specialty, opinions);
  const said = policy === undefined ? mostSaid(opinions) : byPolicy(session, policy, opinions);
  session.note('attending', said, { by: attending });
  return said === null ? decidedInWords(session, specialty, opinions) : formed(session, said);
}

/** One of the seven; a reply that names none or several is asked for once more, then a radiologist is taken. */
async function triaged(session: StrategySession): Promise<Specialty> {
  for (const sample of [0, 1]) {
    const reply = await session.ask(
      [
        {
          role: 'user',
          content: [
            ...session.question,
            {
              type: 'text',
              text: `Do not answer yet. Which one of these should be asked: ${SPECIALTIES.join(', ')}? Reply with that one word.`,
            },
          ],
        },
      ],
      { as: 'triage', sample },
    );
    const named = SPECIALTIES.filter((specialty) => new RegExp(`\\b${specialty}\\b`, 'i').test(reply));
    if (named.length === 1) return session.note('triage', named[0]);
  }
  return session.note('triage', 'radiologist', { instead: 'no single specialty was named' });
}

/** The option's text, the number or the words of a reply. */
function answerIn({ task }: StrategySession, reply: string): string | null {
  const { question, format } = task;
  const parsed = parseAnswer(question, reply, { protocol: 'strict', format });
  if (!parsed.ok) return null;
  const { answer } = parsed;
  if (answer.kind === 'choice')
    return question.options.find(({ letter }) => letter === answer.letter)?.text ?? null;
  if (answer.kind === 'number') return String(answer.value);
  return answer.text.trim();
}

/** An answer in the form that the question wants it. */
function formed({ task }: StrategySession, answer: string): string {
  if (task.format === 'free') return answer;
  return task.question.options.find(({ text }) => text === answer)?.letter ?? answer;
}

function mostSaid(opinions: readonly Opinion[]): string | null {
  const classes = [...new Set(opinions.flatMap(({ answer }) => answer?.toLowerCase() ?? []))];
  const best = majorityOf(
    opinions.map(({ answer }) => (answer === null ? null : classes.indexOf(answer.toLowerCase()))),
  );
  return best === null
    ? null
    : (opinions.find(({ answer }) => answer?.toLowerCase() === classes[best])?.answer ?? null);
}

function byPolicy(
  { task }: StrategySession,
  policy: AttendingPolicy,
  opinions: readonly Opinion[],
): string | null {
  const known = policy.classes.map((name) => name.toLowerCase());
  const { options } = task.question;
  const labels =
    options.length > 0 ? options.map(({ text }) => text) : opinions.flatMap(({ answer }) => answer ?? []);
  // A table of other labels, or of another number of specialists, says nothing here.
  if (opinions.length !== policy.specialists || !labels.every((text) => known.includes(text.toLowerCase())))
    return mostSaid(opinions);
  const votes = opinions.map(
    ({ answer }): Vote => (answer === null ? null : known.indexOf(answer.toLowerCase())),
  );
  const chosen = decide(policy, votes);
  if (chosen === null) return null;
  if (options.length === 0) return policy.classes[chosen];
  return options.find(({ text }) => text.toLowerCase() === known[chosen])?.text ?? mostSaid(opinions);
}

async function decidedInWords(
  session: StrategySession,
  specialty: string,
  opinions: readonly Opinion[],
): Promise<string> {
  return session.ask(
    [
      {
        role: 'user',
        content: [
          ...session.question,
          {
            type: 'text',
            text: [
              `You are the attending. A ${specialty} was asked ${opinions.length} times; the opinions may be wrong, all of them too:`,
              ...opinions.map(
                ({ answer, reply }, at) => `${at + 1}. ${JSON.stringify(answer ?? reply.slice(0, 300))}`,
              ),
              'Look for yourself, weigh them, and decide.',
            ].join('\n'),
          },
        ],
      },
    ],
    { as: 'attending-model' },
  );
}

const policyFile = z.strictObject({
  format: z.literal('overread-attending'),
  classes: z.array(z.string().min(1)).min(2).max(26),
  specialists: z.number().int().min(1).max(MOST_SPECIALISTS),
  table: z.record(z.string().max(100), z.number().int().min(0).max(25)),
});

async function policyOf(session: StrategySession): Promise<AttendingPolicy> {
  const path = session.option('policy');
  if (path === undefined)
    throw new OverreadError(
      'bad-argument',
      'attending=policy needs a table: give one with --option policy=FILE.json.',
    );
  try {
    const policy = policyFile.parse(JSON.parse(await readFile(path, 'utf8')));
    if (Object.values(policy.table).some((chosen) => chosen >= policy.classes.length))
      throw new RangeError('a class that is not there');
    return policy;
  } catch (cause) {
    throw new OverreadError(
      'bad-argument',
      `${basename(path)} is no table of an attending: name a file that learning one has written.`,
      { cause },
    );
  }
}
