// CareFlow: long tasks in viewers and records systems, step by step from screenshots or carried out live.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import type { Option } from '../../domain/question.ts';
import { random } from '../../domain/random.ts';
import {
  type DeskAction,
  deskAction,
  parseAction,
  sameAction,
  stepsInOrder,
} from '../../experts/desk/actions.ts';
import { deskTasks } from '../../experts/desk/tasks.ts';
import { readWhole } from '../../records/data-root.ts';
import type { DataRoot } from '../../records/source.ts';
import type { Summary } from '../../scoring/metric.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { columnsOf, optionalCell, tableRows, textCell } from '../table-rows.ts';

const TABLE = 'tasks.csv';

const row = z.object({
  task: textCell,
  image: textCell,
  instruction: textCell,
  output: textCell,
  grounding: optionalCell,
  app: optionalCell,
  seed: optionalCell,
});
type Row = z.infer<typeof row>;

const COLUMNS = {
  task: 'Task_id',
  image: 'Image_id',
  instruction: 'Instruction',
  output: 'Output',
  grounding: 'Grounding',
  app: 'App',
  seed: 'Seed',
};

export interface CareFlowReference {
  readonly task: string;
  /** One step, or with mode "live" all steps of the task. */
  readonly gold: readonly DeskAction[];
}

export interface CareFlowItem {
  readonly task: string;
  readonly steps: number;
  /** Steps whose action and target are right. */
  readonly right: number;
  /** Steps whose kind of action is right, whatever the target. */
  readonly kind: number;
  readonly whole: boolean;
}

const output = z.object({ Grounding: z.object({ ground_truth: deskAction }) });

function goldOf({ output: text, task }: Row, at: number): DeskAction {
  try {
    return output.parse(JSON.parse(text)).Grounding.ground_truth;
  } catch (cause) {
    throw new OverreadError(
      'file-corrupt',
      `${TABLE}, record ${at + 1}: the Output of ${task} holds no Grounding.ground_truth with action and target (${messageOf(cause).slice(0, 80)}).`,
      { cause },
    );
  }
}

const elements = z.array(
  z.object({
    name: z.string(),
    role: z.string().optional(),
    box: z.array(z.number()).length(4).optional(),
  }),
);

/** What was detected on the screen and nothing else that the column may hold: the truth of the step, say. */
function detectedIn(grounding: string): z.infer<typeof elements> {
  try {
    return elements.parse(JSON.parse(grounding));
  } catch {
    return [];
  }
}

const HOW = {
  step: 'Which single action comes next? Reply with one JSON object: {"action": CLICK | TEXT | SCROLL | ZOOM | SEGMENT | COMPLETE, "target": name on the screen, "text": what TEXT types, "amount": steps of SCROLL (down is positive) or ZOOM (in is positive)}.',
  live: 'Carry the task out and reply with the JSON list of the actions that you took.',
} as const;

async function* rowsOf(
  data: DataRoot,
  columns: RecordOptions['columns'],
): AsyncGenerator<{ value: Row; at: number }> {
  const map = columnsOf(careflow.card, columns);
  for await (const { row: value, at } of tableRows(data, [TABLE], row, { columns: map })) yield { value, at };
}

async function* records(
  data: DataRoot,
  { mode, columns }: Pick<RecordOptions, 'mode' | 'columns'>,
): AsyncGenerator<PublishedRecord<CareFlowReference>> {
  let task: { id: string; first: Row; gold: DeskAction[] } | undefined;
  for await (const { value, at } of rowsOf(data, columns)) {
    const gold = goldOf(value, at);
    if (task === undefined || task.id !== value.task) {
      if (mode === 'live' && task !== undefined) yield liveRecord(data, task);
      task = { id: value.task, first: value, gold: [] };
    }
    if (mode !== 'live') yield stepRecord(data, value, gold, task.gold);
    task.gold.push(gold);
  }
  if (mode === 'live' && task !== undefined) yield liveRecord(data, task);
}

const picture = (data: DataRoot, name: string) => ({
  type: 'image' as const,
  image: { name, load: () => readWhole(data, `images/${name}`) },
});

const common = {
  stage: 'visual-reasoning',
  answerKind: 'text',
  options: [] as Option[],
  split: 'test',
  system: '',
} as const;

const facetsOf = ({ app }: Row): Record<string, string> => (app === '' ? {} : { application: app });

function stepRecord(
  data: DataRoot,
  value: Row,
  gold: DeskAction,
  done: readonly DeskAction[],
): PublishedRecord<CareFlowReference> {
  const detected = detectedIn(value.grounding);
  return {
    item: {
      ...common,
      id: `${value.task}-${done.length + 1}`,
      patientId: value.task,
      type: 'next-action',
      text: value.instruction,
      slots: { step: String(done.length + 1) },
      facets: facetsOf(value),
      prompt: [picture(data, value.image), { type: 'text', text: `${value.instruction}\n${HOW.step}` }],
      // Steps already done are what anybody at the screen has seen; the step that is asked for is not among them.
      materials: [
        {
          id: `${value.task}-done`,
          kind: 'note',
          title: 'done',
          text: JSON.stringify(done),
        },
        ...(detected.length === 0
          ? []
          : [
              {
                id: `${value.task}-elements`,
                kind: 'note' as const,
                title: 'elements',
                text: JSON.stringify(detected),
              },
            ]),
      ],
    },
    reference: { task: value.task, gold: [gold] },
  };
}

function liveRecord(
  data: DataRoot,
  { id, first, gold }: { id: string; first: Row; gold: readonly DeskAction[] },
): PublishedRecord<CareFlowReference> {
  return {
    item: {
      ...common,
      id,
      patientId: id,
      type: 'whole-task',
      text: first.instruction,
      slots: { app: first.app, seed: first.seed },
      facets: facetsOf(first),
      prompt: [picture(data, first.image), { type: 'text', text: `${first.instruction}\n${HOW.live}` }],
    },
    reference: { task: id, gold: [...gold] },
  };
}

/** Actions of a live reply: the last JSON list of them. */
function doneIn(text: string): DeskAction[] {
  const from = text.lastIndexOf('[');
  try {
    return z.array(deskAction).parse(JSON.parse(text.slice(from, text.lastIndexOf(']') + 1)));
  } catch {
    return [];
  }
}

function share(id: string, summary: string, part: (item: CareFlowItem) => number): Summary<CareFlowItem> {
  return {
    id,
    summary,
    better: 'higher',
    range: [0, 1],
    of(items) {
      const steps = items.reduce((sum, item) => sum + item.steps, 0);
      return steps === 0 ? null : items.reduce((sum, item) => sum + part(item), 0) / steps;
    },
  };
}

const taskAccuracy: Summary<CareFlowItem> = {
  id: 'task-accuracy',
  summary: 'share of tasks all of whose steps are right',
  better: 'higher',
  range: [0, 1],
  of(items) {
    const tasks = new Map<string, boolean>();
    for (const { task, whole } of items) tasks.set(task, (tasks.get(task) ?? true) && whole);
    if (tasks.size === 0) return null;
    return [...tasks.values()].filter(Boolean).length / tasks.size;
  },
};

const careflow: PublishedBenchmark<CareFlowReference, CareFlowItem> = {
  id: 'careflow',
  kind: 'benchmark',
  summary: 'long tasks in image viewers and records systems, scored on action and target',
  paper: {
    title: 'CarePilot: A Multi-Agent Framework for Long-Horizon Computer Task Automation in Healthcare',
    arxiv: '2603.24157',
    url: 'https://github.com/rishuSingh404/CarePilot',
    year: 2026,
  },
  command:
    'overread make careflow-desk simulated --out DIR && overread run careflow --data DIR --reader carepilot@MODEL',
  needs: ['the task table and screenshots, or Chromium to make them'],
  card: {
    source: 'the authors of CarePilot',
    url: 'https://github.com/rishuSingh404/CarePilot',
    licence: 'none stated',
    access: 'unavailable',
    getIt:
      'The release is not to be had at present; overread make careflow-desk draws up tasks of the same form at a simulated desk.',
    size: '1,050 tasks of 8 to 24 steps',
    splits: { test: null },
    files: [
      {
        name: TABLE,
        about: 'a row for each step, tasks one after the other',
        fields: Object.values(COLUMNS).slice(0, 4),
      },
      { name: 'images/*', about: 'screenshots before each step' },
    ],
    format: 'unverified',
    columns: COLUMNS,
    faults: [
      'The released evaluator compares the kind of action and not its target; `published` does, `strict` wants both.',
      'The released evaluator accepts a prediction that repeats the ground-truth field of its own input; here no reader is shown that field, under either protocol.',
      'The released verifier’s score is 0.9 times whether the kind of action is the true one; here no critic is told the truth.',
    ],
    tasks: ['computer use'],
    modalities: ['screenshot'],
  },
  modes: ['step', 'live'],
  facets: ['application'],
  records,
  measure({ reference: { task, gold } }, reply, { protocol, mode }) {
    const none = { task, steps: gold.length, right: 0, kind: 0, whole: false };
    if (reply.status === 'failed' || reply.status === 'refused') return { outcome: reply.status, item: none };
    if (mode === 'live') {
      const done = doneIn(reply.text);
      if (done.length === 0) return { outcome: 'unparsed', item: none };
      const right = stepsInOrder(gold, done);
      const steps = Math.max(gold.length, done.length);
      const kinds = (list: readonly DeskAction[]) =>
        list.map(({ action }) => ({ action, target: '' }) as DeskAction);
      return {
        outcome: 'scored',
        item: {
          task,
          steps,
          right,
          kind: stepsInOrder(kinds(gold), kinds(done)),
          whole: right === gold.length && done.at(-1)?.action === 'COMPLETE',
        },
      };
    }
    const parsed = parseAction(reply.text);
    if (!parsed.ok) return { outcome: 'unparsed', item: none };
    const right = sameAction(gold[0], parsed.action);
    const kind = gold[0].action === parsed.action.action;
    return {
      outcome: 'scored',
      item: {
        task,
        steps: 1,
        right: Number(right),
        kind: Number(kind),
        whole: protocol === 'strict' ? right : kind,
      },
    };
  },
  metrics: (protocol) => {
    const both = share(
      'step-accuracy',
      'share of steps whose action and target are right',
      ({ right }) => right,
    );
    const kind = share(
      'action-accuracy',
      'share of steps whose kind of action is right',
      (item) => item.kind,
    );
    return protocol === 'strict' ? [both, taskAccuracy, kind] : [kind, taskAccuracy];
  },
  baselines: [
    {
      id: 'always-click',
      summary: 'clicks on nothing in particular',
      reply: ({ type }) =>
        type === 'whole-task' ? '[{"action":"CLICK","target":""}]' : '{"action":"CLICK","target":""}',
    },
  ],
  oracle: ({ reference: { gold } }, mode) => JSON.stringify(mode === 'live' ? gold : gold[0]),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'careflow');
    await mkdir(folder, { recursive: true });
    const lines = [Object.values(COLUMNS).join(',')];
    const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
    for (const task of deskTasks({ seed, count: 40 })) {
      if (lines.length > items) break;
      for (const [at, step] of task.gold.entries()) {
        const image = `${task.id}-${at + 1}.png`;
        await writeShaded(join(folder, 'images', image), rng.pick(['bright', 'dark'] as const), rng);
        const truth = JSON.stringify({ Grounding: { ground_truth: step } });
        const seen = JSON.stringify(
          [...new Set(task.gold.map(({ target }) => target))].map((name) => ({ name })),
        );
        lines.push([task.id, image, task.goal, truth, seen, task.app, task.seed].map(cell).join(','));
      }
    }
    await writeFile(join(folder, TABLE), `${lines.join('\n')}\n`);
    return { items: lines.length - 1 };
  },
  check: publishedCheck(() => careflow),
};
export default careflow;
