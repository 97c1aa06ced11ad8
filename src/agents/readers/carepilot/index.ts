// CarePilot: an actor and a critic with two memories, one step at a time or through a whole task at a live screen.
import * as z from 'zod';
import type { ComputerSession } from '../../../domain/expert.ts';
import { type DeskAction, deskAction } from '../../../experts/desk/actions.ts';
import { rasterOfBytes } from '../../../imaging/picture-bytes.ts';
import { type StrategySession, strategy } from '../../strategy.ts';
import { decide, type Screen } from './decide.ts';
import type { Attempt } from './memory.ts';

const found = z.array(z.looseObject({ name: z.string().max(300) })).max(2000);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const carepilot = strategy({
  id: 'carepilot',
  summary: 'an actor and a critic with short and long memory, for tasks at a screen',
  options: [
    { name: 'critic', summary: 'on or off', default: 'on' },
    { name: 'memory', summary: 'both, short or none', default: 'both' },
    { name: 'retries', summary: 'proposals after one that the critic turns down, 0 to 10', default: '3' },
    {
      name: 'steps',
      summary: 'most steps of a live task (assumed; the released code stops at 15)',
      default: '40',
    },
  ],
  roles: [
    { name: 'actor-model', summary: 'PROVIDER/MODEL that proposes actions' },
    { name: 'critic-model', summary: 'PROVIDER/MODEL that reviews them' },
  ],
  method: {
    paper: {
      title: 'CarePilot: A Multi-Agent Framework for Long-Horizon Computer Task Automation in Healthcare',
      arxiv: '2603.24157',
      url: 'https://github.com/rishuSingh404/CarePilot',
      year: 2026,
    },
    command: 'overread run careflow --data DIR --reader carepilot@MODEL [--mode live --expert operate=desk]',
    tasks: ['computer use'],
    modalities: ['screenshot'],
    needs: ['a task table with screenshots (overread make careflow-desk), Chromium for live tasks'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
  async read(session) {
    const critic = session.choice('critic', ['on', 'off']) === 'on';
    const memory = session.choice('memory', ['both', 'short', 'none']);
    const settings = { critic, memory, retries: session.number('retries', { min: 0, max: 10 }) };
    const { text: goal, slots, type } = session.task.question;
    if (type === 'whole-task') return live(session, goal, slots, settings);
    const { action } = await decide(session, {
      goal,
      screen: stillScreen(session),
      attempts: doneBefore(session),
      ...settings,
    });
    return action === undefined ? 'No action could be read.' : JSON.stringify(action);
  },
});
export default carepilot;

type Settings = Pick<Parameters<typeof decide>[1], 'critic' | 'memory' | 'retries'>;

/** The screenshot that the item shows, and what its materials say was detected on it. */
function stillScreen({ shown, task }: StrategySession): Screen {
  const [first] = shown;
  const material = task.question.materials?.find(({ title }) => title === 'elements');
  const elements = found.safeParse(jsonOf(material?.text ?? ''));
  return {
    picture: { type: 'image', hash: first.hash, mediaType: first.mediaType ?? 'image/png' },
    elements: elements.success ? elements.data.map(({ name }) => name) : [],
  };
}

/** The steps before this one, as the item's history tells them. */
function doneBefore({ task }: StrategySession): Attempt[] {
  const material = task.question.materials?.find(({ title }) => title === 'done');
  const steps = z.array(deskAction).safeParse(jsonOf(material?.text ?? '[]'));
  return steps.success ? steps.data.map((action) => ({ action, observation: 'Done.', done: true })) : [];
}

/** A whole task at a live screen; the reply is the list of what was done. */
async function live(
  session: StrategySession,
  goal: string,
  { app = '', seed = '' }: Readonly<Record<string, string>>,
  settings: Settings,
): Promise<string> {
  const most = session.number('steps', { min: 1, max: 500 });
  const computer = await session
    .expert('operate')
    .begin(app, seed, { patientId: session.task.question.patientId, signal: session.task.signal });
  const done: DeskAction[] = [];
  const attempts: Attempt[] = [];
  try {
    while (done.length < most) {
      session.task.signal.throwIfAborted();
      const { action, approved, rejected } = await decide(session, {
        goal,
        screen: await liveScreen(session, computer),
        attempts,
        ...settings,
      });
      attempts.push(...rejected);
      if (action === undefined) break;
      const { ok, message } = await computer.perform(action);
      session.note('step', { action, ok, message });
      // What nobody approved may have changed the screen, but it is no progress.
      attempts.push({ action, observation: message, done: ok && approved });
      done.push(action);
      if (action.action === 'COMPLETE') break;
    }
  } finally {
    await computer.close();
  }
  if (done.length >= most) session.note('budget', { steps: most, reason: 'the step budget is spent' });
  return JSON.stringify(done);
}

async function liveScreen(session: StrategySession, computer: ComputerSession): Promise<Screen> {
  const raster = await rasterOfBytes(await computer.screenshot());
  const elements = await computer.elements();
  return { picture: await session.picture(raster, 'screenshot'), elements: elements.map(({ name }) => name) };
}
