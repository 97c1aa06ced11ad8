// planned-dag: a planner that sees no pixels writes a graph of typed tools; it is checked, run in levels, and answered from.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import type { Raster } from '../../../domain/volume.ts';
import { asObject, jsonIn } from '../../../experts/json-reply.ts';
import { stopsRun } from '../../outcome.ts';
import { type StrategySession, strategy } from '../../strategy.ts';
import type { Labelled } from './active-learning.ts';
import { type Binding, CASE, type CheckedDag, checkDag } from './dag.ts';
import { type Factory, factoriesOf, Inputs, type Layer } from './factories.ts';
import { COLUMNS } from './regions.ts';

const plannedDag = strategy({
  id: 'planned-dag',
  summary: 'typed tools planned as a graph by a model that sees no pixels, layers kept, corrections learnt',
  options: [
    {
      name: 'corrections',
      summary: `FILE of rows that an expert has labelled: {"columns": ${JSON.stringify(COLUMNS)}, "rows": [[…]], "labels": [0, 1 …]}`,
      file: true,
    },
  ],
  roles: [
    { name: 'planner', summary: 'PROVIDER/MODEL that plans; it is shown no picture' },
    { name: 'reporter', summary: 'PROVIDER/MODEL that answers from the results; it is shown no picture' },
  ],
  read,
  method: {
    paper: {
      title: 'A Co-Evolving Agentic AI System for Medical Imaging Analysis',
      arxiv: '2509.20279',
      year: 2025,
    },
    command: 'overread run BENCHMARK --data DIR --reader planned-dag@MODEL --tools pixels',
    tasks: ['visual question answering', 'counting', 'measuring'],
    modalities: ['any picture'],
    needs: ['questions about pictures'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
});
export default plannedDag;

type Dag = Extract<CheckedDag, { ok: true }>;

async function read(session: StrategySession): Promise<string> {
  const factories = factoriesOf(session, await correctionsOf(session));
  const dag = await planned(session, factories);
  const layers = dag === undefined ? new Map<string, Layer>() : await run(session, dag, factories);
  const found = (dag?.answer ?? []).map((id) => {
    const layer = layers.get(id);
    return `${id}: ${layer === undefined ? 'could not be computed' : said(layer)}`;
  });
  const words = session.question.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  return session.ask(
    [
      {
        role: 'user',
        content: `${words}\n\nTools have looked at the picture for you and found:\n${found.length === 0 ? 'nothing, since no plan could be used' : found.join('\n')}\nAnswer from this.`,
      },
    ],
    { as: 'reporter' },
  );
}

/** A plan that the checker takes; a rejected one is asked for once more with the reasons. Undefined after that. */
async function planned(session: StrategySession, factories: readonly Factory[]): Promise<Dag | undefined> {
  const cards = factories.map(({ id, capability, useCase, inputs, output }) => ({
    id,
    capability,
    useCase,
    inputs,
    output,
  }));
  const { text, options } = session.task.question;
  const wanted = [
    'Plan how tools answer this question about one picture. You are not shown the picture.',
    `Question: ${text}`,
    ...(options.length === 0 ? [] : [`Options: ${options.map((option) => option.text).join(' | ')}`]),
    'Tools:',
    ...cards.map((card) => JSON.stringify(card)),
    `Write JSON: {"nodes": [{"id": "name", "tool": "a tool’s id", "inputs": {"port": "$node" or a literal}}], "answer": ["ids of nodes"]}. "$${CASE}" is the picture. Types must fit, and no node may wait for itself.`,
  ].join('\n');
  let asked = wanted;
  for (const sample of [0, 1]) {
    const reply = await session.ask([{ role: 'user', content: asked }], { as: 'planner', sample });
    const plan = jsonIn(reply, (value) => (asObject(value)?.nodes === undefined ? undefined : value));
    const dag: CheckedDag =
      plan === undefined
        ? { ok: false, reasons: ['The reply holds no plan in JSON.'] }
        : checkDag(plan, factories);
    session.note('plan', dag);
    if (dag.ok) return dag;
    asked = `${wanted}\nYour plan was rejected: ${dag.reasons.slice(0, 10).join(' ')} Write it anew.`;
  }
  return undefined;
}

/**
 * Runs level by level, the nodes of one side by side. What a node cannot do leaves it, and what waits for it, without a
 * layer. Layers stand in the log in the order of the schedule, masks as pictures.
 */
async function run(
  session: StrategySession,
  dag: Dag,
  factories: readonly Factory[],
): Promise<Map<string, Layer>> {
  const [shown] = session.shown;
  const layers = new Map<string, Layer>([
    [CASE, { type: 'picture', hash: shown.hash, raster: await session.raster(shown.hash) }],
  ]);
  const nodes = new Map(dag.nodes.map((node) => [node.id, node]));
  for (const [depth, level] of dag.levels.entries()) {
    const results = new Map<string, Layer | { failed: string }>();
    const one = async (id: string): Promise<void> => {
      const node = nodes.get(id);
      const factory = factories.find((known) => known.id === node?.tool);
      if (node === undefined || factory === undefined) return;
      const inputs = boundTo(node.inputs, factory, layers);
      results.set(
        id,
        'failed' in inputs ? inputs : await attempted(session, () => factory.run(inputs, session)),
      );
    };
    const isLogged = (id: string) =>
      factories.find((known) => known.id === nodes.get(id)?.tool)?.logged === true;
    await Promise.all(level.filter((id) => !isLogged(id)).map(one));
    // Calls that log themselves go one by one, so that the log has one order.
    for (const id of level.filter(isLogged)) await one(id);
    for (const id of level) {
      const result = results.get(id);
      if (result === undefined) continue;
      if (!('failed' in result)) layers.set(id, result);
      session.note('layer', 'failed' in result ? result : await shownLayer(session, result, id), {
        id,
        level: depth,
      });
    }
  }
  return layers;
}

function boundTo(
  bindings: Readonly<Record<string, Binding>>,
  factory: Factory,
  layers: ReadonlyMap<string, Layer>,
): Inputs | { failed: string } {
  const bound: Record<string, Layer> = {};
  for (const [port, binding] of Object.entries(bindings)) {
    if ('from' in binding) {
      const layer = layers.get(binding.from);
      if (layer === undefined) return { failed: `It waits for ${binding.from}, which failed.` };
      bound[port] = layer;
      continue;
    }
    const { value } = binding;
    const { type } = factory.inputs[port];
    if (type === 'number') bound[port] = { type, value: Number(value) };
    else if (type === 'text') bound[port] = { type, text: String(value) };
    else bound[port] = { type: 'json', json: value };
  }
  return new Inputs(bound);
}

async function attempted(
  session: StrategySession,
  work: () => Promise<Layer>,
): Promise<Layer | { failed: string }> {
  try {
    return await work();
  } catch (error) {
    if (!OverreadError.isInstance(error) || stopsRun(error) || session.task.signal.aborted) throw error;
    return { failed: messageOf(error) };
  }
}

const MOST_ROWS = 200;

/** A layer as the log keeps it: small results as they are, masks as stored pictures. */
async function shownLayer(session: StrategySession, layer: Layer, id: string): Promise<unknown> {
  if (layer.type === 'picture') return { type: layer.type, image: layer.hash };
  if (layer.type === 'table') {
    const { columns, rows } = layer.table;
    return { type: layer.type, columns, count: rows.length, rows: rows.slice(0, MOST_ROWS) };
  }
  if (layer.type !== 'mask') return layer;
  const { width, height, probability } = layer.mask;
  const raster: Raster = {
    width,
    height,
    channels: 1,
    data: Uint8Array.from(probability, (p) => Math.round(255 * p)),
  };
  return { type: layer.type, image: (await session.picture(raster, id)).hash };
}

/** A layer in words, for whoever reports; pictures and masks are said to be there and not shown. */
function said(layer: Layer): string {
  if (layer.type === 'number') return String(Number(layer.value.toPrecision(6)));
  if (layer.type === 'text') return JSON.stringify(layer.text.slice(0, 2000));
  if (layer.type === 'labels')
    return layer.labels
      .slice(0, 30)
      .map(({ label, probability }) => `${label} ${probability.toFixed(3)}`)
      .join(', ');
  if (layer.type === 'boxes') return `${layer.boxes.length} boxes`;
  if (layer.type === 'table') return `a table of ${layer.table.rows.length} rows`;
  return `a ${layer.type}`;
}

const correctionsFile = z.strictObject({
  columns: z.tuple([z.literal(COLUMNS[0]), z.literal(COLUMNS[1]), z.literal(COLUMNS[2])]),
  rows: z.array(z.array(z.number()).length(COLUMNS.length)).max(100_000),
  labels: z.array(z.union([z.literal(0), z.literal(1)])),
});

async function correctionsOf(session: StrategySession): Promise<Labelled | undefined> {
  const path = session.option('corrections');
  if (path === undefined) return undefined;
  try {
    const { rows, labels } = correctionsFile.parse(JSON.parse(await readFile(path, 'utf8')));
    if (rows.length !== labels.length) throw new RangeError('as many labels as rows');
    return { rows, labels };
  } catch (cause) {
    throw new OverreadError(
      'bad-argument',
      `${basename(path)} holds no corrections: write {"columns", "rows", "labels"} as JSON.`,
      { cause },
    );
  }
}
