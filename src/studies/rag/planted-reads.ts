// The check of rag-pairs: reads whose rightness is planted, so that it is known which pairs there must be.
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { random } from '../../domain/random.ts';
import { ragPairs } from '../../training/preference/rag-pairs.ts';
import type { Trace } from '../../training/traces/trace.ts';

const QUESTIONS = 400;

function planted(question: string, how: string, isRight: boolean): Trace {
  return {
    ...{ id: `${question}#${how}`, questionId: question, patientId: question, split: 'train' },
    ...{ stage: 'recognition', type: 'own', source: how, tools: [], score: isRight ? 1 : 0 },
    messages: [
      {
        role: 'user',
        parts: [
          { type: 'image', hash: (how === 'noisy' ? 'b' : 'a').repeat(64), mediaType: 'image/png' },
          { type: 'text', text: how === 'alone' ? 'Question' : 'References and question' },
        ],
      },
      { role: 'assistant', text: isRight ? 'right' : 'wrong', calls: [] },
    ],
  };
}

/** Share of pairs in which the chosen reply is right and the rejected one wrong, or copied from noise. */
function wellOrdered(kind: string, chosen: Trace, rejected: Trace): boolean {
  return chosen.score === 1 && (kind === 'copied' ? rejected.score === 1 : rejected.score === 0);
}

export async function checkRagPairs({
  seed,
}: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const rng = random(seed, 'rag-pairs');
  let [pairs, good, alwaysReferences, decided, alike] = [0, 0, 0, 0, 0];
  for (let at = 0; at < QUESTIONS; at++) {
    const [beside, alone, noisy] = [rng.next() < 0.7, rng.next() < 0.5, rng.next() < 0.55];
    const question = `q-${at}`;
    const made = ragPairs({
      beside: planted(question, 'beside', beside),
      alone: planted(question, 'alone', alone),
      noisy: planted(question, 'noisy', noisy),
    });
    pairs += made.length;
    good += made.filter(({ kind, chosen, rejected }) => wellOrdered(kind, chosen, rejected)).length;
    if (beside !== alone) {
      decided++;
      if (beside) alwaysReferences++;
    }
    const same = ragPairs({
      beside: planted(question, 'beside', beside),
      alone: planted(question, 'alone', beside),
    });
    alike += same.length;
  }
  const result = pairs === 0 ? 0 : good / pairs;
  return {
    passed: result === 1 && alike === 0 && pairs > QUESTIONS / 2,
    baseline: {
      name: 'pairs in the right order when references are always preferred',
      value: decided === 0 ? 0 : alwaysReferences / decided,
    },
    result: { name: 'pairs in the right order', value: result },
    mustNotWin: { regime: 'references change nothing: pairs made', value: alike, held: alike === 0 },
    detail: `synthetic reads, ${QUESTIONS} questions, ${pairs} pairs`,
  };
}
