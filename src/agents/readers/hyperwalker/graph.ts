// The patient hypergraph: fields of records, pictures, reports and knowledge as nodes, joined by study, likeness, disease.
import { likeness } from './embed.ts';

export type NodeKind = 'ehr' | 'image' | 'report' | 'knowledge';

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** Absent for knowledge. */
  readonly study?: string;
  readonly patient?: string;
  /** Of a record's field. */
  readonly field?: string;
  readonly text: string;
  /** Unit length. */
  readonly vector: Float32Array;
}

export interface Hyperedge {
  readonly kind: 'study' | 'similar' | 'disease';
  /** Indices of nodes. */
  readonly members: readonly number[];
  /** Of each member: 1 for what belongs together by id, a cosine otherwise. */
  readonly weights: readonly number[];
  /** The node that a similarity edge was made around. */
  readonly seed?: number;
}

export interface Hypergraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly Hyperedge[];
  /** Edges of each node. */
  readonly edgesOf: readonly (readonly number[])[];
}

export interface GraphOptions {
  /** Least cosine of similarity edges. Default 0.8. */
  readonly similar?: number;
  /** Least cosine of a report and knowledge. Default 0.7. */
  readonly disease?: number;
  /** Neighbours of a node in each of two layers; an edge keeps twice as many. Default 5. */
  readonly neighbours?: number;
}

/** Records of one study and field that are alike above this are one node. */
export const DUPLICATE = 0.95;

/** The nodes without repeated entries: of one study's field, what is like an earlier entry above 0.95 is left out. */
export function withoutDuplicates(nodes: readonly GraphNode[]): GraphNode[] {
  const kept: GraphNode[] = [];
  const byField = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    if (node.kind === 'ehr') {
      const key = JSON.stringify([node.study, node.field]);
      const own = byField.get(key) ?? [];
      if (own.some((earlier) => likeness(earlier.vector, node.vector) > DUPLICATE)) continue;
      byField.set(key, [...own, node]);
    }
    kept.push(node);
  }
  return kept;
}

/** Builds the hypergraph. Neighbours are found exactly, in time that grows with the square of records and pictures. */
export function buildGraph(given: readonly GraphNode[], options: GraphOptions = {}): Hypergraph {
  const { similar = 0.8, disease = 0.7, neighbours = 5 } = options;
  const nodes = withoutDuplicates(given);
  const edges = [
    ...studyEdges(nodes),
    ...similarityEdges(nodes, similar, neighbours),
    ...diseaseEdges(nodes, disease),
  ];
  const edgesOf: number[][] = nodes.map(() => []);
  for (const [edge, { members }] of edges.entries()) for (const node of members) edgesOf[node].push(edge);
  return { nodes, edges, edgesOf };
}

function studyEdges(nodes: readonly GraphNode[]): Hyperedge[] {
  const studies = Map.groupBy(
    nodes.flatMap(({ study }, at) => (study === undefined ? [] : [{ study, at }])),
    ({ study }) => study,
  );
  return [...studies.values()].map((own) => ({
    kind: 'study',
    members: own.map(({ at }) => at),
    weights: own.map(() => 1),
  }));
}

interface Near {
  readonly node: number;
  readonly weight: number;
}

/** Of each record and picture the nearest of other studies, and the nearest of those; the best 2k of both layers. */
function similarityEdges(nodes: readonly GraphNode[], least: number, k: number): Hyperedge[] {
  const able = [...nodes.keys()].filter((at) => nodes[at].kind === 'ehr' || nodes[at].kind === 'image');
  const nearest = new Map<number, Near[]>(
    able.map((at) => {
      const found: Near[] = [];
      for (const other of able) {
        if (nodes[other].study === nodes[at].study) continue;
        const weight = likeness(nodes[at].vector, nodes[other].vector);
        if (weight >= least) found.push({ node: other, weight });
      }
      return [at, found.sort(nearer).slice(0, k)];
    }),
  );
  return able.flatMap((seed): Hyperedge[] => {
    const best = new Map<number, number>();
    const offer = (node: number, weight: number) => {
      if (nodes[node].study !== nodes[seed].study) best.set(node, Math.max(best.get(node) ?? 0, weight));
    };
    for (const first of nearest.get(seed) ?? []) {
      offer(first.node, first.weight);
      // A second step weighs as much as both together (assumed).
      for (const second of nearest.get(first.node) ?? []) offer(second.node, first.weight * second.weight);
    }
    const kept = [...best]
      .map(([node, weight]): Near => ({ node, weight }))
      .sort(nearer)
      .slice(0, 2 * k);
    if (kept.length === 0) return [];
    return [
      {
        kind: 'similar',
        seed,
        members: [seed, ...kept.map(({ node }) => node)],
        weights: [1, ...kept.map(({ weight }) => weight)],
      },
    ];
  });
}

const nearer = (a: Near, b: Near): number => b.weight - a.weight || a.node - b.node;

/** Each knowledge node with the reports that are like it; a report that is like none goes to its best one. */
function diseaseEdges(nodes: readonly GraphNode[], least: number): Hyperedge[] {
  const knowledge = [...nodes.keys()].filter((at) => nodes[at].kind === 'knowledge');
  if (knowledge.length === 0) return [];
  const joined = new Map<number, Near[]>(knowledge.map((at) => [at, []]));
  for (const [report, { kind, vector }] of nodes.entries()) {
    if (kind !== 'report') continue;
    const all = knowledge
      .map((node): Near => ({ node, weight: likeness(vector, nodes[node].vector) }))
      .sort(nearer);
    for (const [rank, { node, weight }] of all.entries())
      if (rank === 0 || weight >= least) joined.get(node)?.push({ node: report, weight });
  }
  return [...joined]
    .filter(([, reports]) => reports.length > 0)
    .map(([node, reports]) => ({
      kind: 'disease',
      members: [node, ...reports.map((near) => near.node)],
      weights: [1, ...reports.map(({ weight }) => weight)],
    }));
}

/** H[node, edge] = weight, row by row; 0 where a node is not in an edge. */
export function incidence({ nodes, edges }: Hypergraph): {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
} {
  const data = new Float64Array(nodes.length * edges.length);
  for (const [edge, { members, weights }] of edges.entries())
    for (const [at, node] of members.entries()) data[node * edges.length + edge] = weights[at];
  return { rows: nodes.length, columns: edges.length, data };
}
