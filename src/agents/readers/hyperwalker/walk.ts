// The walk: neighbours of a query, chains of them, hops through hyperedges, a choice by score, and rounds of lingering.

import { softmax } from '../../../experts/encoders/vectors.ts';
import { direction, lengthOf } from '../../../knowledge/retrieval/directions.ts';
import { likeness } from './embed.ts';
import type { Hypergraph } from './graph.ts';
import { LEAST_LEFT, leftOf, meanOf } from './linger.ts';
import { rewardOf } from './reward.ts';

export interface WalkOptions {
  /** Most nodes that are selected in all rounds together. */
  readonly budget: number;
  /** Rounds after the first. Default 2. */
  readonly lingers?: number;
  /** Least cosine of a neighbour. Default 0.8. */
  readonly threshold?: number;
  /** Nodes that must not be reached: not seen, not passed through. */
  readonly banned: (node: number) => boolean;
  /** Default the cosine. */
  readonly score?: (query: Float32Array, node: Float32Array) => number;
}

export interface Selected {
  readonly node: number;
  readonly score: number;
  /** 0 the first round; 1, 2 lingering; −1 filled up from the first round's candidates. */
  readonly round: number;
}

export interface Walk {
  readonly selected: readonly Selected[];
  /** Length of what was left of the query before each round; the first is 1. */
  readonly left: readonly number[];
  readonly hops: number;
  readonly depth: number;
  readonly reward: number;
}

/** Published sizes. */
export const NEIGHBOURS = 30;
const SEEDS = 10;
const STEPS = 10;
const STARTS = 5;
const HOPS = 3;
const TEMPERATURE = 0.01;
const LEAST_PROBABILITY = 0.01;
const LINGERS = 2;

interface Scored {
  readonly node: number;
  readonly score: number;
}

const better = (a: Scored, b: Scored): number => b.score - a.score || a.node - b.node;

/** The nearest nodes of records, pictures and reports that are at least so near, best first. */
export function neighboursOf(
  graph: Hypergraph,
  query: Float32Array,
  { threshold, most, banned }: { threshold: number; most: number; banned: (node: number) => boolean },
): Scored[] {
  const found: Scored[] = [];
  for (const [node, { kind, vector }] of graph.nodes.entries()) {
    if (kind === 'knowledge' || banned(node)) continue;
    const score = likeness(query, vector);
    if (score >= threshold) found.push({ node, score });
  }
  return found.sort(better).slice(0, most);
}

/** From each of the best neighbours, up to ten greedy steps to the nearest one not yet on the chain. */
export function chainsOf(graph: Hypergraph, neighbours: readonly Scored[]): number[][] {
  return neighbours.slice(0, SEEDS).map(({ node: seed }) => {
    const chain = [seed];
    const free = new Set(neighbours.map(({ node }) => node));
    free.delete(seed);
    while (chain.length <= STEPS && free.size > 0) {
      const { vector } = graph.nodes[chain[chain.length - 1]];
      const [next] = [...free]
        .map((node) => ({ node, score: likeness(vector, graph.nodes[node].vector) }))
        .sort(better);
      chain.push(next.node);
      free.delete(next.node);
    }
    return chain;
  });
}

/** Nodes within some hops through hyperedges, each with its number of hops. Edges around a banned node are closed. */
export function reachedFrom(
  { edges, edgesOf }: Hypergraph,
  starts: readonly number[],
  hops: number,
  banned: (node: number) => boolean,
): Map<number, number> {
  const reached = new Map<number, number>(starts.map((node) => [node, 0]));
  let frontier = [...reached.keys()];
  for (let hop = 1; hop <= hops && frontier.length > 0; hop++) {
    const next: number[] = [];
    for (const node of frontier)
      for (const edge of edgesOf[node]) {
        const { members, seed } = edges[edge];
        if (seed !== undefined && banned(seed)) continue;
        for (const member of members)
          if (!reached.has(member) && !banned(member)) {
            reached.set(member, hop);
            next.push(member);
          }
      }
    frontier = next;
  }
  return reached;
}

interface Round {
  readonly chosen: Scored[];
  /** The best knowledge, which is always taken. */
  readonly knowledge: Scored | undefined;
  /** All candidates but knowledge, best first. */
  readonly candidates: Scored[];
  readonly hops: number;
  readonly depth: number;
}

function walkOnce(
  graph: Hypergraph,
  query: Float32Array,
  { threshold, banned, score }: Required<Pick<WalkOptions, 'threshold' | 'banned' | 'score'>>,
): Round {
  const neighbours = neighboursOf(graph, query, { threshold, most: NEIGHBOURS, banned });
  const chains = chainsOf(graph, neighbours)
    .map((chain) => ({
      chain,
      near: chain.reduce((sum, node) => sum + likeness(query, graph.nodes[node].vector), 0) / chain.length,
    }))
    .sort((a, b) => b.near - a.near)
    .slice(0, STARTS);
  const depthOf = new Map<number, number>();
  for (const { chain } of chains)
    for (const [step, node] of chain.entries())
      depthOf.set(node, Math.min(step, depthOf.get(node) ?? Number.POSITIVE_INFINITY));
  const reached = reachedFrom(graph, [...depthOf.keys()], HOPS, banned);
  const scored = (node: number): Scored => ({ node, score: score(query, graph.nodes[node].vector) });
  const knowledge = [...graph.nodes.keys()]
    .filter((node) => graph.nodes[node].kind === 'knowledge' && !banned(node))
    .map(scored)
    .sort(better);
  const candidates = [...reached.keys()]
    .filter((node) => graph.nodes[node].kind !== 'knowledge')
    .map(scored)
    .sort(better);
  const all = [...candidates, ...knowledge].sort(better);
  const chances = all.length === 0 ? [] : softmax(all.map((one) => one.score / TEMPERATURE));
  const chosen = all.filter((_, at) => chances[at] >= LEAST_PROBABILITY);
  return {
    chosen,
    knowledge: knowledge[0],
    candidates,
    hops: Math.max(0, ...chosen.map(({ node }) => reached.get(node) ?? 0)),
    depth: Math.max(0, ...chosen.map(({ node }) => depthOf.get(node) ?? 0)),
  };
}

/**
 * The walk with lingering. Each round may select an equal part of what is left of the budget; what the rounds leave is
 * filled up from the first round's candidates in the order of their scores (both assumed: the paper has no budget).
 */
export function walk(graph: Hypergraph, query: Float32Array, options: WalkOptions): Walk {
  const { budget, lingers = LINGERS, threshold = 0.8, banned, score = likeness } = options;
  const selected: Selected[] = [];
  const taken = new Set<number>();
  const left: number[] = [];
  let [hops, depth] = [0, 0];
  let first: readonly Scored[] = [];
  for (let round = 0; round <= lingers && selected.length < budget; round++) {
    const rest = leftOf(query, round === 0 ? undefined : meanOf(foundVectors(graph, selected)));
    const length = lengthOf(rest);
    left.push(length);
    const towards = direction(rest);
    if (towards === undefined || length < LEAST_LEFT) break;
    const made = walkOnce(graph, towards, { threshold: threshold * length, banned, score });
    if (round === 0) first = made.candidates;
    const share = Math.ceil((budget - selected.length) / (lingers + 1 - round));
    const fresh = withKnowledge(
      made.chosen.filter(({ node }) => !taken.has(node)),
      made.knowledge !== undefined && !taken.has(made.knowledge.node) ? made.knowledge : undefined,
      share,
    );
    if (fresh.length === 0) break;
    for (const { node, score: own } of fresh) {
      taken.add(node);
      selected.push({ node, score: own, round });
    }
    hops = Math.max(hops, made.hops);
    depth = Math.max(depth, made.depth);
  }
  for (const { node, score: own } of first)
    if (selected.length < budget && !taken.has(node)) selected.push({ node, score: own, round: -1 });
  return { selected, left, hops, depth, reward: reward(graph, query, selected, hops, depth) };
}

/** The best of a round, the best knowledge among them: it takes the last place where it has none of its own. */
function withKnowledge(chosen: readonly Scored[], best: Scored | undefined, share: number): Scored[] {
  const first = chosen.slice(0, share);
  if (best === undefined || first.some(({ node }) => node === best.node)) return first;
  return [...first.slice(0, Math.max(0, share - 1)), best];
}

/** The plain arm: the nearest nodes of any kind, knowledge among them, as many as the budget has. */
export function topK(
  graph: Hypergraph,
  query: Float32Array,
  { budget, banned, score = likeness }: Pick<WalkOptions, 'budget' | 'banned' | 'score'>,
): Walk {
  const selected = [...graph.nodes.keys()]
    .filter((node) => !banned(node))
    .map((node): Scored => ({ node, score: score(query, graph.nodes[node].vector) }))
    .filter((one) => one.score > 0)
    .sort(better)
    .slice(0, budget)
    .map((one): Selected => ({ ...one, round: 0 }));
  return { selected, left: [1], hops: 0, depth: 0, reward: reward(graph, query, selected, 0, 0) };
}

function foundVectors({ nodes }: Hypergraph, selected: readonly Selected[]): Float32Array[] {
  return selected
    .map(({ node }) => nodes[node])
    .filter(({ kind }) => kind !== 'knowledge')
    .map(({ vector }) => vector);
}

function reward(
  { nodes }: Hypergraph,
  query: Float32Array,
  selected: readonly Selected[],
  hops: number,
  depth: number,
): number {
  return rewardOf({ query, hops, depth, selected: selected.map(({ node }) => nodes[node].vector) });
}
