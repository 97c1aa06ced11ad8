// RAG-PT's preference pairs (MMed-RAG): look at the picture, use references that help, resist those that mislead.
import type { Trace, TracePair } from '../traces/trace.ts';
import { splitAtReply, storedOf } from '../traces/trace.ts';

/** The same question read three ways by the same model, each read scored. */
export interface RagReads {
  /** With references, the picture as it is. */
  readonly beside: Trace;
  /** Without references. */
  readonly alone: Trace;
  /** With references, noise in place of the picture. */
  readonly noisy?: Trace;
}

/**
 * "copied": right from noise, so the references were copied and the picture not looked at; preferred is the right reply
 * on the real picture. "helped": right with references, wrong without. "misled": the reverse.
 */
export const RAG_PAIR_KINDS = ['copied', 'helped', 'misled'] as const;
export type RagPairKind = (typeof RAG_PAIR_KINDS)[number];

export interface RagPair extends TracePair {
  readonly kind: RagPairKind;
}

const isRight = ({ score }: Trace): boolean => (score ?? 0) >= 1;

/** The prompt of one trace with the reply of another. */
function answered(prompt: Trace, reply: Trace): Trace {
  const said = splitAtReply(reply).reply;
  return {
    ...prompt,
    id: `${prompt.id}<${reply.id}`,
    messages: [...splitAtReply(prompt).prompt, ...said],
    ...(reply.score === undefined ? {} : { score: reply.score }),
  };
}

/**
 * At most one pair of each kind. Both sides of "helped" and "misled" stand under the prompt with references, since that
 * is where the choice between them is to be learnt (assumed: the released pairs do not say).
 */
export function ragPairs({ beside, alone, noisy }: RagReads): RagPair[] {
  const pairs: RagPair[] = [];
  const add = (kind: RagPairKind, chosen: Trace, rejected: Trace) =>
    pairs.push({ id: `${beside.questionId}/${kind}`, kind, chosen, rejected });
  if (noisy !== undefined && isRight(noisy) && isRight(beside)) add('copied', beside, noisy);
  if (isRight(beside) && !isRight(alone)) add('helped', beside, answered(beside, alone));
  if (!isRight(beside) && isRight(alone)) add('misled', answered(beside, alone), beside);
  return pairs;
}

/** Pairs of all questions that were read both ways, in the order of `beside`; what has no counterpart is counted. */
export function ragPairsOf(traces: {
  readonly beside: readonly Trace[];
  readonly alone: readonly Trace[];
  readonly noisy?: readonly Trace[];
}): { readonly pairs: RagPair[]; readonly unmatched: number } {
  const byQuestion = (list: readonly Trace[]) => new Map(list.map((trace) => [trace.questionId, trace]));
  const [alone, noisy] = [byQuestion(traces.alone), byQuestion(traces.noisy ?? [])];
  let unmatched = 0;
  const pairs = traces.beside.flatMap((beside) => {
    const other = alone.get(beside.questionId);
    if (other === undefined) {
      unmatched++;
      return [];
    }
    const third = noisy.get(beside.questionId);
    return ragPairs({ beside, alone: other, ...(third === undefined ? {} : { noisy: third }) });
  });
  return { pairs, unmatched };
}

/** Whether the rejected side was given another picture than the chosen: trainers then show noise to it. */
export function isNoised({ chosen, rejected }: TracePair): boolean {
  const shown = (trace: Trace) =>
    storedOf(splitAtReply(trace).prompt)
      .map(({ hash }) => hash)
      .join();
  return shown(chosen) !== shown(rejected);
}
