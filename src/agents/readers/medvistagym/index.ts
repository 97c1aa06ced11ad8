// medvistagym: thoughts and tool calls in turn over the pictures at hand, until it answers (MedVistaGym's tool policy).
import { OverreadError } from '../../../domain/errors.ts';
import type { ExpertRole } from '../../../domain/expert.ts';
import type { PromptPart } from '../../../domain/question.ts';
import type { Tool } from '../../../domain/tool.ts';
import { isBlobHash } from '../../../storage/blobs.ts';
import { type StrategySession, strategy, type Turn } from '../../strategy.ts';
import { errorText, instructions, readPolicyAction, resultText, withoutTags } from './protocol.ts';

/** The localise, zoom and segment families; the paper's exact list could not be had. */
const TOOLS = ['zoom_picture', 'mark_region', 'ground_phrase', 'segment_region', 'classify_picture'] as const;

/** Tools that ask an expert are offered where the run has one. */
const EXPERT_OF: Readonly<Record<string, ExpertRole>> = {
  ground_phrase: 'ground',
  segment_region: 'segment',
  classify_picture: 'classify',
};
/** Tools on the masks of an annotated scan. */
const NEEDS_CASE: ReadonlySet<string> = new Set([
  'segment_organ',
  'measure',
  'crop_organ',
  'list_available_crops',
]);

/** What the policy may call here. Throws `bad-argument` for a named tool that is not there. */
function toolsOf(session: StrategySession): Tool[] {
  const usable = session.tools.filter(({ name }) => {
    const role = EXPERT_OF[name];
    if (role !== undefined) return session.experts[role] !== undefined;
    return !NEEDS_CASE.has(name) || session.task.access !== undefined;
  });
  const written = session.option('tools') ?? 'all';
  if (written === 'all') return usable;
  if (written === 'none') return [];
  return written.split(',').map((name) => {
    const tool = usable.find((one) => one.name === name.trim());
    if (tool !== undefined) return tool;
    throw new OverreadError(
      'bad-argument',
      `The option tools of medvistagym names "${name.trim()}", which cannot be called here: use all, none or ${usable.map((one) => one.name).join(', ')}.`,
    );
  });
}

/** Pictures that came with a result: those that were made, and the one that it names. */
function picturesOf(session: StrategySession, before: ReadonlySet<string>, result: unknown): PromptPart[] {
  const made = session.pictures.list().filter(({ hash }) => !before.has(hash));
  const known = new Set(made.map(({ hash }) => hash));
  const named =
    typeof result === 'object' && result !== null && 'image' in result && isBlobHash(result.image)
      ? [{ hash: result.image, mediaType: 'image/png' }].filter(({ hash }) => !known.has(hash))
      : [];
  return [...made, ...named].map(({ hash, mediaType }) => ({ type: 'image', hash, mediaType }));
}

export default strategy({
  id: 'medvistagym',
  summary: 'thinks and calls picture tools in turn, told each result, until it answers',
  modes: ['vision', 'oracle', 'predicted'],
  tools: TOOLS,
  options: [
    { name: 'steps', summary: 'replies at most, the answer included (assumed)', default: '8' },
    {
      name: 'tools',
      summary: 'what it may call: all that is there, none, or names with commas',
      default: 'all',
    },
  ],
  stepsOption: 'steps',
  method: {
    paper: {
      title:
        'MedVistaGym: A Scalable Training Environment for Thinking with Medical Images via Tool-Integrated Reinforcement Learning',
      arxiv: '2601.07107',
      year: 2026,
    },
    command: 'overread run BENCHMARK --data DIR --reader medvistagym@MODEL --expert ground=EXPERT',
    needs: ['a model that follows a tool protocol', 'experts that ground or segment, for those tools'],
    tasks: ['visual question answering'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
  async read(session) {
    const steps = session.number('steps', { min: 1, max: 64 });
    const tools = toolsOf(session);
    const { system = '' } = session.task.question;
    const turns: Turn[] = [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      {
        role: 'user',
        content: [...session.question, { type: 'text', text: instructions(tools, steps) }],
      },
    ];
    for (let step = 1; ; step++) {
      const reply = await session.ask(turns);
      const action = readPolicyAction(reply);
      if (action.kind === 'answer') return action.text;
      const left = steps - step;
      if (left === 0) {
        session.note('out-of-steps', { steps, lastAction: action.kind });
        return withoutTags(reply);
      }
      turns.push({ role: 'assistant', content: reply });
      if (action.kind === 'none') {
        session.note('invalid-action', { reason: action.reason }, { step });
        turns.push({ role: 'user', content: errorText(action.reason, left) });
        continue;
      }
      const before = new Set(session.pictures.list().map(({ hash }) => hash));
      const { result } = await session.call(action.name, action.arguments, tools);
      turns.push({
        role: 'user',
        content: [
          { type: 'text', text: resultText(action.name, result, left) },
          ...picturesOf(session, before, result),
        ],
      });
    }
  },
});
