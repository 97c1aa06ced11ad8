// The steps of a plan on one case: looks by the model, boxes and masks by experts, numbers out of those.
import { OverreadError } from '../../../domain/errors.ts';
import type { PixelBox, SoftMask } from '../../../domain/expert.ts';
import type { PromptPart } from '../../../domain/question.ts';
import type { Raster } from '../../../domain/volume.ts';
import { asObject, jsonIn } from '../../../experts/json-reply.ts';
import { overlay } from '../../../imaging/overlay.ts';
import { rasterOfBytes } from '../../../imaging/picture-bytes.ts';
import { stopsRun } from '../../outcome.ts';
import type { StrategySession } from '../../strategy.ts';
import type { PlanStep, PlanTool } from './plan.ts';
import {
  areaShare,
  boxOf,
  cardiothoracicRatio,
  gradeOf,
  publishedCardiothoracicRatio,
  verticalCupDiscRatio,
} from './ratios.ts';
import { scaleOf } from './reliability.ts';

/** What a step left behind. */
export interface StepResult {
  readonly step: PlanStep;
  /** 1 to 5 where it is an indicator. */
  readonly score?: number;
  readonly text: string;
  readonly picture?: PromptPart & { type: 'image' };
  readonly mask?: SoftMask;
  readonly box?: PixelBox;
  readonly value?: number;
  /** Set where no score could be read, and the middle one was taken. */
  readonly unread?: true;
  /** Set when a tool could not do its work: such an indicator has the lowest tool quality. */
  readonly failed?: string;
}

/** The tools of a case: looking and measuring always, marking where masks are given or an expert can. */
export function toolsOf(session: StrategySession): PlanTool[] {
  const { experts, task } = session;
  const masks = (task.question.materials ?? []).some(({ title }) => title?.startsWith(MASK) === true);
  const tools: PlanTool[] = [
    {
      id: 1,
      kind: 'look',
      type: 'qualitative',
      function:
        'a vision-language model looks for one sign and scores it from 1 (definitely absent) to 5 (definitely present)',
      input: 'the picture, or the picture of an earlier step',
      output: 'text',
    },
  ];
  if (experts.ground !== undefined)
    tools.push({
      id: 2,
      kind: 'ground',
      type: 'quantitative',
      function: 'finds the box around the structure that the action names',
      input: 'the picture',
      output: 'image',
    });
  if (experts.segment !== undefined || masks)
    tools.push({
      id: 3,
      kind: 'segment',
      type: 'quantitative',
      function: 'draws the structure that the action names',
      input: 'the picture',
      output: 'image',
    });
  if (tools.length > 1)
    tools.push({
      id: 4,
      kind: 'measure',
      type: 'quantitative',
      function:
        'computes from earlier steps what the action names: the vertical cup-disc ratio, the cardiothoracic ratio, the share of the picture that a structure takes',
      input: 'earlier steps that found or drew the structures',
      output: 'text',
    });
  return tools;
}

/** Materials that are masks: pictures called "mask: STRUCTURE", white where the structure is. */
const MASK = 'mask: ';

/** Runs the steps in order; a tool that fails fails its step, never the read (what stops a run does). */
export async function runSteps(
  session: StrategySession,
  steps: readonly PlanStep[],
  tools: readonly PlanTool[],
): Promise<Map<number, StepResult>> {
  const results = new Map<number, StepResult>();
  for (const step of steps) {
    const kinds = tools.filter(({ id }) => step.tool.includes(id)).map(({ kind }) => kind);
    const inputs = step.input_type.flatMap((id) => results.get(id) ?? []);
    const result = await runStep(session, step, { kinds, inputs }).catch((error: unknown): StepResult => {
      if (!OverreadError.isInstance(error) || stopsRun(error) || session.task.signal.aborted) throw error;
      return unable(step, error.message);
    });
    results.set(step.id, result);
    session.note(
      'step',
      {
        ...(result.score === undefined ? {} : { score: result.score }),
        ...(result.value === undefined ? {} : { value: result.value }),
        ...(result.picture === undefined ? {} : { image: result.picture.hash }),
        ...(result.failed === undefined ? {} : { failed: result.failed }),
        text: result.text,
        output: step.output_path,
      },
      { id: step.id, action: step.action },
    );
  }
  return results;
}

interface StepInputs {
  readonly kinds: readonly PlanTool['kind'][];
  readonly inputs: readonly StepResult[];
}

async function runStep(
  session: StrategySession,
  step: PlanStep,
  { kinds, inputs }: StepInputs,
): Promise<StepResult> {
  const final = step.output_type === 'final indicator';
  const failed = (why: string) => unable(step, why);
  if (kinds.includes('segment') || kinds.includes('ground')) {
    const [shown] = session.shown;
    if (shown === undefined) return failed('There is no picture.');
    const raster = await session.raster(shown.hash);
    const marked = kinds.includes('segment')
      ? await maskOf(session, step.action, shown.hash)
      : await boundsOf(session, step.action, shown.hash);
    if ('failed' in marked) return failed(marked.failed);
    const mask = marked.mask ?? filled(marked.box, raster);
    const picture = await session.picture(drawn(raster, mask), step.output_path);
    const box = marked.mask === undefined ? marked.box : boxOf(marked.mask);
    return {
      step,
      text: box === undefined ? `${step.action}: nothing was found.` : `${step.action}: found.`,
      picture,
      ...(marked.mask === undefined ? {} : { mask: marked.mask }),
      ...(box === undefined ? {} : { box }),
      ...(final ? { score: box === undefined ? 1 : 5 } : {}),
    };
  }
  if (kinds.includes('measure')) {
    const shown = session.shown[0];
    const width = shown === undefined ? undefined : (await session.raster(shown.hash)).width;
    const value = measured(step.action, inputs, width);
    if (value === undefined) return failed(`${step.action}: the structures for it were not found.`);
    const text = `${step.action}: ${value.toFixed(3)}`;
    if (!final) return { step, value, text };
    if (step.grades !== undefined) return { step, value, text, score: gradeOf(value, step.grades) };
    const { text: _, ...judged } = await looked(session, step, { inputs, text });
    return { step, value, text, ...judged };
  }
  const { text, ...judged } = await looked(session, step, { inputs });
  return { step, text, ...(final ? judged : {}) };
}

function unable(step: PlanStep, why: string): StepResult {
  const final = step.output_type === 'final indicator';
  return { step, text: why, failed: why, ...(final ? { score: 3 } : {}) };
}

/** One sign, looked for in the pictures of the step's inputs. Default 3 where no score can be read. */
async function looked(
  session: StrategySession,
  step: PlanStep,
  { inputs, text = '' }: { readonly inputs: readonly StepResult[]; readonly text?: string },
): Promise<{ score: number; unread?: true; text: string }> {
  const own = inputs.flatMap(({ picture }) => (picture === undefined ? [] : [picture]));
  const pictures: PromptPart[] =
    step.input_type.includes(0) || own.length === 0 ? [...rawOf(session), ...own] : own;
  const said = [...inputs.map((input) => input.text), text].filter((each) => each !== '');
  const reply = await session.ask([
    {
      role: 'user',
      content: [
        ...pictures,
        {
          type: 'text',
          text: [
            `Indicator: ${step.action}`,
            ...(said.length === 0 ? [] : ['Known so far:', ...said]),
            'Judge this one indicator. Reply with JSON {"score": N, "reasoning": "…"}, where N is 1 definitely not, 2 probably not, 3 cannot be said, 4 probably, 5 definitely.',
          ].join('\n'),
        },
      ],
    },
  ]);
  const found = jsonIn(reply, (value) => {
    const object = asObject(value);
    return object?.score === undefined ? undefined : object;
  });
  if (found === undefined) session.note('unread', { step: step.id, wanted: 'score', taken: 3 });
  const reasoning = typeof found?.reasoning === 'string' ? found.reasoning.slice(0, 500) : '';
  return {
    score: scaleOf(found?.score),
    ...(found === undefined ? { unread: true } : {}),
    text: `${step.action}: ${reasoning}`,
  };
}

export const rawOf = ({ question }: StrategySession): PromptPart[] =>
  question.filter((part) => part.type === 'image');

type Marked = { readonly mask: SoftMask } | { readonly mask?: undefined; readonly box: PixelBox };

/** A mask of the case's materials whose structure the action names, else the expert's. */
async function maskOf(
  session: StrategySession,
  action: string,
  hash: string,
): Promise<Marked | { failed: string }> {
  const { task, experts, blobs } = session;
  const given = task.question.materials?.find(
    ({ title = '' }) =>
      title.startsWith(MASK) && action.toLowerCase().includes(title.slice(MASK.length).toLowerCase()),
  );
  if (given?.hash !== undefined) {
    const bytes = await blobs.get(given.hash);
    if (bytes === undefined) return { failed: `${action}: the mask that was given is not there.` };
    return { mask: softened(await rasterOfBytes(bytes)) };
  }
  if (experts.segment === undefined)
    return { failed: `${action}: no mask was given, and no expert draws one.` };
  return {
    mask: await experts.segment.segmentRegion(await session.stored(hash), phraseOf(action), callOf(session)),
  };
}

async function boundsOf(
  session: StrategySession,
  action: string,
  hash: string,
): Promise<Marked | { failed: string }> {
  const { ground } = session.experts;
  if (ground === undefined) return { failed: `${action}: no expert finds it.` };
  const [found] = await ground.ground(await session.stored(hash), phraseOf(action), callOf(session));
  return found === undefined ? { failed: `${action}: nothing was found.` } : { box: found.box };
}

const callOf = ({ task }: StrategySession) => ({ patientId: task.question.patientId, signal: task.signal });

/** "Segment the optic cup." is the optic cup. */
export function phraseOf(action: string): string {
  return action
    .replace(/^\s*(?:segment|draw|outline|find|locate|ground|detect)\s+(?:the\s+)?/i, '')
    .replace(/[.\s]+$/, '');
}

function softened({ width, height, channels, data }: Raster): SoftMask {
  const probability = new Float32Array(width * height);
  for (let at = 0; at < probability.length; at++) probability[at] = Number(data[at * channels]) / 255;
  return { width, height, probability };
}

function filled([x0, y0, x1, y1]: PixelBox, { width, height }: Raster): SoftMask {
  const probability = new Float32Array(width * height);
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++)
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x1); x++) probability[y * width + x] = 1;
  return { width, height, probability };
}

/** The picture with the mask in a colour that no grey picture has. */
function drawn(raster: Raster, { width, height, probability }: SoftMask): Raster {
  const data = Uint8Array.from(probability, (share) => (share >= 0.5 ? 1 : 0));
  return overlay(raster, [{ slice: { width, height, data }, colour: [230, 159, 0], opacity: 0.5 }]);
}

/** The number that an action names, out of earlier steps known by what their actions name. */
export function measured(
  action: string,
  inputs: readonly StepResult[],
  pictureWidth?: number,
): number | undefined {
  const named = (pattern: RegExp) => inputs.find(({ step }) => pattern.test(step.action));
  if (/cup.{0,10}disc|vcdr/i.test(action)) {
    const [cup, disc] = [named(/cup/i)?.mask, named(/dis[ck]/i)?.mask];
    return cup === undefined || disc === undefined ? undefined : verticalCupDiscRatio(cup, disc);
  }
  if (/cardio.?thoracic|\bctr\b/i.test(action)) {
    const heart = named(/heart|cardiac/i)?.box;
    const thorax = named(/thorax|thoracic cage|lung|chest/i)?.box;
    if (heart === undefined) return undefined;
    if (thorax !== undefined) return cardiothoracicRatio(heart, thorax);
    // As published, the picture stands for the thorax.
    return pictureWidth === undefined ? undefined : publishedCardiothoracicRatio(heart, pictureWidth);
  }
  if (/share|area|fraction/i.test(action)) {
    const mask = inputs.find((input) => input.mask !== undefined)?.mask;
    return mask === undefined ? undefined : areaShare(mask);
  }
  return undefined;
}
