// A judge that scores by a rubric: asked where a user names it and nowhere else, and never replaced where it says nothing.
import { messageOf, OverreadError } from '../../domain/errors.ts';
import type { Gateway } from '../gateway.ts';
import { type JudgeOptions, modelJudge } from './judge.ts';
import { builtInRubric, type JudgedItem, type Rubric } from './judge-rubrics.ts';

/** A score on the rubric's scale, or why there is none. Nothing else is ever put in its place. */
export type Judgement =
  | { readonly ok: true; readonly score: number; readonly raw: string }
  | { readonly ok: false; readonly reason: string; readonly failed: boolean; readonly raw: string };

export interface RubricJudge {
  /** Model and rubric with its version. */
  readonly id: string;
  readonly rubric: Rubric;
  /** The model's reply to any prompt, without the rubric. Throws what the gateway throws. */
  ask(prompt: string, about?: { readonly patientId?: string }): Promise<string>;
  /** Asks about an item by the rubric. Failures of the provider become judgements without a score. */
  score(item: JudgedItem, about?: { readonly patientId?: string }): Promise<Judgement>;
}

const PROVIDER_FAILURES: readonly string[] = [
  'provider-failed',
  'provider-timeout',
  'provider-refused',
  'provider-garbage',
];

/**
 * Opens a judge. Name, trust, key and price are checked before anything is asked.
 * @param rubric a rubric, or the name of a built-in one. Default: "agreement", 1 to 5
 * @throws `bad-argument` for a rubric that is not there, and what `gateway.prepare` throws
 */
export async function openJudge(
  gateway: Pick<Gateway, 'languageModel' | 'prepare'>,
  ref: string,
  rubric: Rubric | string = 'agreement',
  options: JudgeOptions = {},
): Promise<RubricJudge> {
  const own = typeof rubric === 'string' ? builtInRubric(rubric) : rubric;
  const model = await modelJudge(gateway, ref, options);
  return {
    id: `${model.id}, rubric ${own.id}`,
    rubric: own,
    ask: model.ask,
    async score(item, about) {
      let raw: string;
      try {
        raw = await model.ask(`${own.instructions}\n\n${own.prompt(item)}`, about);
      } catch (error) {
        if (!OverreadError.isInstance(error) || !PROVIDER_FAILURES.includes(error.code)) throw error;
        return { ok: false, failed: true, reason: messageOf(error), raw: '' };
      }
      const read = own.parse(raw);
      return read.ok
        ? { ok: true, score: read.score, raw }
        : { ok: false, failed: false, reason: read.reason, raw };
    },
  };
}
