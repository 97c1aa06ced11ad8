// The judge study's own check: a scripted judge that compares the texts, and one that gives every answer the same score.
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { random } from '../../domain/random.ts';
import {
  type JudgeAgreement,
  judgeAgreement,
  type LabelledItem,
} from '../../experts/judging/judge-agreement.ts';
import { openJudge } from '../../experts/judging/judge-with-rubric.ts';
import { type Loopback, startLoopback } from '../../experts/testing/loopback.ts';
import { overServer } from '../scripted-gateway.ts';

const FINDINGS = ['effusion', 'pneumothorax', 'cardiomegaly', 'nodule'];

/** Answers that people would call right (1) or wrong (0). */
export function labelledAnswers(seed: string, count: number): LabelledItem[] {
  const rng = random(seed, 'judging');
  return Array.from({ length: count }, (_, at) => {
    const reference = rng.pick(FINDINGS);
    const isRight = rng.next() < 0.5;
    const answer = isRight ? reference : rng.pick(FINDINGS.filter((finding) => finding !== reference));
    return { id: String(at), item: { question: 'What is seen?', reference, answer }, label: Number(isRight) };
  });
}

/** "careful" compares answer and reference and errs on one in ten; "kind" gives every answer the score 1. */
export function startJudges(): Promise<Loopback> {
  let asked = 0;
  return startLoopback({
    record: false,
    answer({ body, question }) {
      if (body.model === 'kind') return { text: '{"score": 1}' };
      const said = (name: string) => new RegExp(`"${name}":"([^"]*)"`).exec(question)?.[1];
      const equal = said('reference') === said('answer');
      return { text: `{"score": ${Number(++asked % 10 === 0 ? !equal : equal)}}` };
    },
  });
}

/** Both judges' agreement on the same items. */
export async function scriptedJudges(
  seed: string,
  count: number,
): Promise<Record<'careful' | 'kind', JudgeAgreement>> {
  const items = labelledAnswers(seed, count);
  return overServer(await startJudges(), async ({ gateway }) => {
    const of = async (name: string) =>
      judgeAgreement(await openJudge(gateway, `compatible/${name}`, 'yes-no'), items, {
        seed,
        concurrency: 1,
      });
    return { careful: await of('careful'), kind: await of('kind') };
  });
}

/** Kappa of the careful judge must be high, and that of the kind one nothing, although half of its scores are equal. */
export async function checkJudging(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const { careful, kind } = await scriptedJudges(context.seed, 200);
  const held = Math.abs(kind.kappa.value ?? 0) < 1e-9;
  const { value, ci95 } = careful.kappa;
  return {
    passed: value !== null && ci95 !== null && ci95[0] > 0.5 && held,
    baseline: { name: 'a judge that calls everything right (κ)', value: kind.kappa.value ?? 0 },
    result: { name: 'a judge that errs on one in ten (κ)', value: value ?? Number.NaN },
    ...(ci95 === null ? {} : { ci95 }),
    mustNotWin: {
      regime: `one score for everything, equal to people’s in ${((kind.equal.value ?? 0) * 100).toFixed(0)} % (κ)`,
      value: kind.kappa.value ?? 0,
      held,
    },
  };
}
