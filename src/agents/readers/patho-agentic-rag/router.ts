// The router's decision: whether pages are wanted at all, how many searches in what words, and whether the tissue is classified first.
import { lastJsonObject, withoutThoughts } from '../../../experts/json-reply.ts';

export interface RoutingDecision {
  /** Whether pages of a library are searched at all. */
  readonly retrieve: boolean;
  /** Rewrites of the question for the search; empty exactly when nothing is retrieved. */
  readonly queries: readonly string[];
  /** Whether a classifier is asked which tissue is shown. */
  readonly classify: boolean;
}

export type ReadDecision =
  | { readonly ok: true; readonly decision: RoutingDecision }
  | { readonly ok: false; readonly reason: string };

/** {"retrieve": true, "queries": ["…"], "classify_tissue": false} out of a reply. */
export function decisionIn(reply: string, mostQueries: number): ReadDecision {
  const said = lastJsonObject(withoutThoughts(reply));
  if (said === undefined) return { ok: false, reason: 'the reply holds no JSON object' };
  const { retrieve, queries, classify_tissue: classify = false } = said;
  if (typeof retrieve !== 'boolean') return { ok: false, reason: '"retrieve" is neither true nor false' };
  if (typeof classify !== 'boolean')
    return { ok: false, reason: '"classify_tissue" is neither true nor false' };
  if (!retrieve) return { ok: true, decision: { retrieve, queries: [], classify } };
  const words = (Array.isArray(queries) ? queries : [])
    .filter((query): query is string => typeof query === 'string' && query.trim() !== '')
    .map((query) => query.trim().slice(0, 300));
  if (words.length === 0)
    return { ok: false, reason: '"queries" holds no search although "retrieve" is true' };
  return { ok: true, decision: { retrieve, queries: [...new Set(words)].slice(0, mostQueries), classify } };
}

/** The path that an expert labelled: whether to retrieve, how many rewrites, whether to classify. */
export interface LabelledRoute {
  readonly retrieve: boolean;
  readonly rewrites: number;
  readonly classify: boolean;
}

/**
 * The layered reward of a routing reply, 0 to 4, one point for each layer; a layer counts only when those before it do:
 * 1 the reply can be read, 2 it retrieves exactly when it should, 3 it rewrites as often as it should, 4 it classifies
 * exactly when it should. (Published: a layered reward of 0–4 over the decisions of the labelled path; the order of the
 * layers is assumed.)
 */
export function routingReward(said: ReadDecision, wanted: LabelledRoute): 0 | 1 | 2 | 3 | 4 {
  if (!said.ok) return 0;
  const { retrieve, queries, classify } = said.decision;
  if (retrieve !== wanted.retrieve) return 1;
  if (queries.length !== (wanted.retrieve ? wanted.rewrites : 0)) return 2;
  return classify === wanted.classify ? 4 : 3;
}
