// CarePilot's check: actor and critic are one simulated model with declared errors; only the strategy differs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import type { Random } from '../../../domain/random.ts';
import type { MetricCell } from '../../../domain/report.ts';
import { type DeskAction, deskAction, sameAction } from '../../../experts/desk/actions.ts';
import { hasBrowser, openDesk } from '../../../experts/desk/browser.ts';
import { type DeskTask, deskTasks } from '../../../experts/desk/tasks.ts';
import { type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { subtasksOf } from './memory.ts';

/** How the simulated model errs. */
export interface DeskErrors {
  /** The actor names an element of the screen at random. */
  readonly slip: number;
  /** The critic sees that a proposal is not the next step. */
  readonly detect: number;
  /** The critic objects to a right one. */
  readonly alarm: number;
}

export const DESK_ERRORS: DeskErrors = { slip: 0.2, detect: 0.85, alarm: 0.05 };

/** A clause of the goal as an action: what the model understands of the words. */
export function understood(clause: string): DeskAction | undefined {
  const quoted = [...clause.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
  const [first = '', second = ''] = quoted;
  if (clause.startsWith('click')) return { action: 'CLICK', target: first };
  if (clause.startsWith('type')) return { action: 'TEXT', target: second, text: first };
  if (clause.startsWith('segment')) return { action: 'SEGMENT', target: first };
  if (clause.startsWith('zoom'))
    return { action: 'ZOOM', target: first, amount: / in /.test(clause) ? 1 : -1 };
  if (clause.startsWith('scroll')) {
    const amount = Number(/by (\d+)/.exec(clause)?.[1] ?? 0);
    return { action: 'SCROLL', target: first, amount: / down /.test(clause) ? amount : -amount };
  }
  return /complete/.test(clause) ? { action: 'COMPLETE', target: '' } : undefined;
}

/**
 * What the model takes for the next step, from the words of the request alone: from a long memory it knows how many
 * steps are done; from a short one only the last, which may stand in the goal several times; from none nothing.
 */
function expected(asked: string): DeskAction | undefined {
  const steps = subtasksOf(
    /Goal: (.*)|^(In this order: .*)$/m.exec(asked)?.[0]?.replace(/^Goal: /, '') ?? '',
  ).map(understood);
  const progress = /overall_progress: (\d+) of/.exec(asked)?.[1];
  if (progress !== undefined) return steps[Number(progress)];
  const last = /last_action: (.*)/.exec(asked)?.[1];
  if (last === undefined || last === 'none') return steps[0];
  const at = steps.findIndex(
    (step) => step !== undefined && last.startsWith(`${step.action} "${step.target}"`),
  );
  return steps[at + 1];
}

/** The model at the other end: actor and critic by what it is asked. It is shown screenshots and reads what was detected. */
export function simulatedOperator(errors: DeskErrors) {
  return ({ asked }: SeenRequest, random: Random): string => {
    const next = expected(asked);
    const proposal = /Proposed next action: (\{.*\})/.exec(asked)?.[1];
    if (proposal !== undefined) {
      const given = deskAction.parse(JSON.parse(proposal));
      const right = next !== undefined && sameAction(given, next);
      const objects = random.next() < (right ? errors.alarm : errors.detect);
      return JSON.stringify(
        objects ? { score: 0.2, hint: 'this is not the next step' } : { score: 0.95, hint: '' },
      );
    }
    const detected = [
      ...(/Detected on the screen: (.*)\./.exec(asked)?.[1] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g),
    ].map((match) => match[1]);
    if (next === undefined || random.next() < errors.slip)
      return JSON.stringify({ action: 'CLICK', target: detected.length === 0 ? '' : random.pick(detected) });
    return JSON.stringify(next);
  };
}

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The tasks' steps as a table with screenshots: from the real page where there is a browser, else with a grey picture. */
export async function writeDeskTasks(folder: string, tasks: readonly DeskTask[]): Promise<boolean> {
  const browser = await hasBrowser();
  const desk = browser ? await openDesk() : undefined;
  const grey = await encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(128) });
  const lines = ['Task_id,Image_id,Instruction,Output,Grounding,App,Seed'];
  await mkdir(join(folder, 'images'), { recursive: true });
  try {
    for (const task of tasks) {
      const session = await desk?.open(task.app, task.seed);
      const names = [...new Set(task.gold.map(({ target }) => target))].map((name) => ({ name }));
      for (const [at, step] of task.gold.entries()) {
        const image = `${task.id}-${at + 1}.png`;
        await writeFile(join(folder, 'images', image), (await session?.screenshot()) ?? grey);
        const truth = JSON.stringify({ Grounding: { ground_truth: step } });
        const seen = JSON.stringify((await session?.elements()) ?? names);
        lines.push([task.id, image, task.goal, truth, seen, task.app, task.seed].map(cell).join(','));
        await session?.perform(step);
      }
      await session?.close();
    }
  } finally {
    await desk?.close();
  }
  await writeFile(join(folder, 'tasks.csv'), `${lines.join('\n')}\n`);
  return browser;
}

const TASKS = 12;
const READER = 'carepilot@compatible/operator';

interface Arm {
  readonly step: MetricCell;
  readonly task: MetricCell;
}

/** Both arms ask the same model; the regime without a win is a critic that sees nothing. */
export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const data = join(context.scratch, 'desk');
  const real = await writeDeskTasks(data, deskTasks({ seed: context.seed, count: TASKS }));
  const read = async (errors: DeskErrors, options: Readonly<Record<string, string>>): Promise<Arm> => {
    const server = await startSimulatedReader({ seed: context.seed, answer: simulatedOperator(errors) });
    try {
      const report = await context.readRelease({
        benchmark: 'careflow',
        data,
        mode: 'step',
        readers: [READER],
        server: server.url,
        options,
      });
      const [step, task] = report.readers[0].overall;
      return { step, task };
    } finally {
      await server.close();
    }
  };
  const whole = await read(DESK_ERRORS, {});
  const alone = await read(DESK_ERRORS, { critic: 'off' });
  const forgetful = await read(DESK_ERRORS, { critic: 'off', memory: 'short' });
  const blind = { ...DESK_ERRORS, detect: DESK_ERRORS.alarm };
  const unhelped = await read(blind, {});
  const value = (each: MetricCell) => each.score ?? Number.NaN;
  const held = value(unhelped.step) <= (alone.step.ci95?.[1] ?? value(alone.step));
  return {
    passed:
      (whole.step.ci95?.[0] ?? 0) > value(alone.step) && value(alone.step) > value(forgetful.step) && held,
    baseline: { name: 'the same actor without critic (step accuracy)', value: value(alone.step) },
    result: { name: 'actor, critic and both memories (step accuracy)', value: value(whole.step) },
    ...(whole.step.ci95 === null ? {} : { ci95: whole.step.ci95 }),
    mustNotWin: {
      regime: 'a critic that objects to right and wrong alike',
      value: value(unhelped.step),
      against: value(alone.step),
      held,
    },
    detail: `${TASKS} tasks, ${whole.step.n} steps, screens of ${real ? 'the page in Chromium' : 'no browser (apt-get install chromium)'}; tasks whole ${value(whole.task).toFixed(2)} against ${value(alone.task).toFixed(2)}; short memory only, no critic ${value(forgetful.step).toFixed(3)}; simulated operator slips ${DESK_ERRORS.slip}, its critic detects ${DESK_ERRORS.detect}, false alarm ${DESK_ERRORS.alarm}`,
  };
}
