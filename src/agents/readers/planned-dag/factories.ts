// Tool factories: each makes nodes of one kind, with typed inputs and output, out of code here, experts, and tools.
import type { LabelProbability, ScoredBox, SoftMask } from '../../../domain/expert.ts';
import type { Raster } from '../../../domain/volume.ts';
import type { StrategySession } from '../../strategy.ts';
import { type Labelled, logistic, mostUncertain } from './active-learning.ts';
import type { NodeCard } from './dag.ts';
import { type FeatureTable, featureTable, thresholdMask } from './regions.ts';

/** A result that lies between nodes, and can be looked at. */
export type Layer =
  | { readonly type: 'picture'; readonly hash: string; readonly raster: Raster }
  | { readonly type: 'mask'; readonly mask: SoftMask }
  | { readonly type: 'boxes'; readonly boxes: readonly ScoredBox[] }
  | { readonly type: 'table'; readonly table: FeatureTable }
  | { readonly type: 'labels'; readonly labels: readonly LabelProbability[] }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'json'; readonly json: unknown };

export interface Factory extends NodeCard {
  /** Inputs are of the declared types. Throws typed errors. */
  run(inputs: Inputs, session: StrategySession): Promise<Layer>;
  /** True: calls a tool, which is logged by itself; such nodes run one after the other. */
  readonly logged?: boolean;
}

/** Inputs of a node, by port. */
export class Inputs {
  readonly #layers: Readonly<Record<string, Layer | undefined>>;
  constructor(layers: Readonly<Record<string, Layer | undefined>>) {
    this.#layers = layers;
  }
  get<Type extends Layer['type']>(port: string, type: Type): Extract<Layer, { type: Type }> {
    const layer = this.find(port, type);
    if (layer === undefined) throw new TypeError(`The input ${port} was not checked.`);
    return layer;
  }
  find<Type extends Layer['type']>(port: string, type: Type): Extract<Layer, { type: Type }> | undefined {
    const layer = this.#layers[port];
    return layer?.type === type ? (layer as Extract<Layer, { type: Type }>) : undefined;
  }
}

const picture = { type: 'picture' } as const;
const mask = { type: 'mask' } as const;
const number = { type: 'number' } as const;
const text = { type: 'text' } as const;
const table = { type: 'table' } as const;
const numbered = (value: number): Layer => ({ type: 'number', value });

const BUILT_IN: readonly Factory[] = [
  ...(['bright', 'dark'] as const).map(
    (side): Factory => ({
      id: `${side}-mask`,
      capability: `marks the ${side} part of a picture (Otsu’s threshold)`,
      useCase: `objects that are ${side === 'bright' ? 'brighter' : 'darker'} than what lies around them`,
      inputs: { picture },
      output: 'mask',
      run: async (inputs) => ({
        type: 'mask',
        mask: thresholdMask(inputs.get('picture', 'picture').raster, side),
      }),
    }),
  ),
  {
    id: 'regions',
    capability: 'takes a mask apart into regions of touching pixels: area, mean grey and elongation of each',
    useCase: 'counting and measuring cells, lesions, drops',
    inputs: { mask, picture, smallest: { ...number, optional: true } },
    output: 'table',
    run: async (inputs) => ({
      type: 'table',
      table: featureTable(
        inputs.get('mask', 'mask').mask,
        inputs.get('picture', 'picture').raster,
        inputs.find('smallest', 'number')?.value,
      ),
    }),
  },
  {
    id: 'count-rows',
    capability: 'counts the rows of a table',
    useCase: 'how many regions there are',
    inputs: { table },
    output: 'number',
    run: async (inputs) => numbered(inputs.get('table', 'table').table.rows.length),
  },
  {
    id: 'mean-of',
    capability: 'mean of one column of a table (area, mean, elongation); 0 without rows',
    useCase: 'how large or bright regions are on average',
    inputs: { table, column: text },
    output: 'number',
    run: async (inputs) => {
      const { columns, rows } = inputs.get('table', 'table').table;
      const at = columns.indexOf(inputs.get('column', 'text').text);
      return numbered(
        at < 0 || rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + row[at], 0) / rows.length,
      );
    },
  },
  {
    id: 'area-share',
    capability: 'share of the picture that a mask takes, 0 to 1',
    useCase: 'how much is affected',
    inputs: { mask },
    output: 'number',
    run: async (inputs) => {
      const { probability } = inputs.get('mask', 'mask').mask;
      return numbered(probability.reduce((sum, p) => sum + (p >= 0.5 ? 1 : 0), 0) / probability.length);
    },
  },
  {
    id: 'ratio',
    capability: 'a divided by b; 0 where b is 0',
    useCase: 'shares and relations of two measurements',
    inputs: { a: number, b: number },
    output: 'number',
    run: async (inputs) => {
      const b = inputs.get('b', 'number').value;
      return numbered(b === 0 ? 0 : inputs.get('a', 'number').value / b);
    },
  },
];

/** The factories of a case: what is built in, what the run's experts can do, the tools it was given. */
export function factoriesOf(session: StrategySession, corrections?: Labelled): Factory[] {
  const { experts, tools, task } = session;
  const call = { patientId: task.question.patientId, signal: task.signal };
  const made: Factory[] = [...BUILT_IN];
  const { segment, ground, classify } = experts;
  if (segment !== undefined)
    made.push({
      id: 'segment',
      capability: 'an expert draws what a phrase names',
      useCase: 'organs, lesions, cells that a threshold cannot tell apart',
      inputs: { picture, phrase: text },
      output: 'mask',
      run: async (inputs) => {
        const stored = await session.stored(inputs.get('picture', 'picture').hash);
        return {
          type: 'mask',
          mask: await segment.segmentRegion(stored, inputs.get('phrase', 'text').text, call),
        };
      },
    });
  if (ground !== undefined)
    made.push({
      id: 'ground',
      capability: 'an expert finds boxes around what a phrase names',
      useCase: 'where something is, and how many there are',
      inputs: { picture, phrase: text },
      output: 'boxes',
      run: async (inputs) => {
        const stored = await session.stored(inputs.get('picture', 'picture').hash);
        return { type: 'boxes', boxes: await ground.ground(stored, inputs.get('phrase', 'text').text, call) };
      },
    });
  if (ground !== undefined)
    made.push({
      id: 'count-boxes',
      capability: 'counts boxes',
      useCase: 'how many of what was found',
      inputs: { boxes: { type: 'boxes' } },
      output: 'number',
      run: async (inputs) => numbered(inputs.get('boxes', 'boxes').boxes.length),
    });
  if (classify !== undefined)
    made.push({
      id: 'classify',
      capability: 'an expert says how probable each of its findings is',
      useCase: 'what a picture shows as a whole',
      inputs: { picture },
      output: 'labels',
      run: async (inputs) => {
        const stored = await session.stored(inputs.get('picture', 'picture').hash);
        return { type: 'labels', labels: await classify.classify(stored, undefined, call) };
      },
    });
  if (corrections !== undefined) made.push(classCounter(session, corrections));
  for (const tool of tools)
    made.push({
      id: tool.name,
      capability: tool.description,
      useCase: 'one call with the arguments given',
      inputs: { arguments: { type: 'json' } },
      output: 'text',
      logged: true,
      run: async (inputs) => {
        const { result } = await session.call(tool.name, inputs.get('arguments', 'json').json);
        return { type: 'text', text: JSON.stringify(result) };
      },
    });
  return made;
}

/** Counts rows that a classifier trained on an expert's corrections takes for class 1, and notes which it doubts. */
function classCounter(session: StrategySession, corrections: Labelled): Factory {
  const doubted = 5;
  return {
    id: 'count-class',
    capability:
      'counts rows that a classifier, trained on an expert’s corrections, takes for the class sought',
    useCase: 'how many cells are of the kind that the expert has marked',
    inputs: { table },
    output: 'number',
    logged: true,
    run: async (inputs) => {
      const { rows } = inputs.get('table', 'table').table;
      const classifier = logistic(corrections);
      session.note('ask-the-expert', {
        rows: mostUncertain(rows, classifier)
          .slice(0, doubted)
          .map((at) => ({ row: at, features: rows[at], probability: classifier(rows[at]) })),
      });
      return numbered(rows.filter((row) => classifier(row) >= 0.5).length);
    },
  };
}
