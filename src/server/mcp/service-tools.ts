// The server's own tools beside those of a case: finding and opening questions, starting and reporting runs.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import type { Question } from '../../domain/question.ts';
import { STAGES } from '../../domain/question.ts';
import { type OpenedQuestion, openQuestion } from './open-question.ts';
import { pictureUri } from './results.ts';
import type { RunDesk, Served } from './served.ts';

/** What belongs to one client. */
export interface ClientState {
  opened?: OpenedQuestion;
}

export interface ServiceTool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly output: z.ZodObject;
  /** It changes nothing. */
  readonly readOnly: boolean;
  run(input: unknown, client: ClientState, signal: AbortSignal): Promise<Record<string, unknown>>;
}

interface Definition<I extends z.ZodType, O extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly readOnly?: boolean;
  run(input: z.infer<I>, client: ClientState, signal: AbortSignal): Promise<z.input<O>>;
}

/** Input is checked before a tool runs, and output stripped to what it declares. */
function tool<I extends z.ZodType, O extends z.ZodObject>(definition: Definition<I, O>): ServiceTool {
  const { output } = definition;
  return {
    ...definition,
    readOnly: definition.readOnly ?? true,
    run: async (input, client, signal) =>
      output.parse(await definition.run(input as z.infer<I>, client, signal)),
  };
}

/** Questions in one reply at most. */
const PAGE = 100;
const MOST_SEEN = 500;

const option = z.object({ letter: z.string(), text: z.string() });
const questionLine = z.object({
  id: z.string(),
  type: z.string(),
  stage: z.string(),
  text: z.string(),
  options: z.array(option),
});

function lineOf({ id, type, stage, text, options }: Question): z.infer<typeof questionLine> {
  return { id, type, stage, text, options };
}

const run = z.object({
  run: z.string(),
  reader: z.string(),
  status: z.enum(['running', 'paused', 'done', 'failed', 'cancelled']),
  planned: z.number(),
  done: z.number(),
  counts: z.record(z.string(), z.number()).optional(),
  problem: z.string().optional(),
});

/** Tools of a server, those of runs only where runs are served. */
export function serviceTools(served: Served): ServiceTool[] {
  return [...questionTools(served), ...(served.runs === undefined ? [] : runTools(served.runs))];
}

function questionTools(served: Served): ServiceTool[] {
  const { source } = served;
  // Those that were listed are opened without going through the release again.
  const seen = new Map<string, Question>();
  const remember = (question: Question) => {
    if (seen.size >= MOST_SEEN) seen.delete(seen.keys().next().value ?? '');
    seen.set(question.id, question);
  };
  return [
    tool({
      name: 'list_benchmarks',
      description: 'Says which benchmark is served, how many questions it has and how its tools answer.',
      input: z.strictObject({}),
      output: z.object({
        benchmarks: z.array(
          z.object({
            name: z.string(),
            contentHash: z.string(),
            questions: z.number().optional(),
            toolMode: z.string(),
          }),
        ),
      }),
      run: async () => {
        const count = await source.count?.();
        const { name, contentHash } = source.manifest;
        return {
          benchmarks: [
            {
              name,
              contentHash,
              toolMode: served.mode,
              ...(count === undefined ? {} : { questions: count }),
            },
          ],
        };
      },
    }),
    tool({
      name: 'list_questions',
      description: 'Lists questions of the benchmark with their options, a page at a time.',
      input: z.strictObject({
        offset: z.int().min(0).default(0).describe('How many to pass over.'),
        limit: z.int().min(1).max(PAGE).default(20),
        type: z.string().max(100).optional().describe('Only this question type.'),
        stage: z.enum(STAGES).optional().describe('Only this stage.'),
      }),
      output: z.object({ questions: z.array(questionLine), next: z.number().optional() }),
      run: async ({ offset, limit, type, stage }, _client, signal) => {
        const questions: z.infer<typeof questionLine>[] = [];
        let at = 0;
        for await (const question of source.eachQuestion()) {
          signal.throwIfAborted();
          if (type !== undefined && question.type !== type) continue;
          if (stage !== undefined && question.stage !== stage) continue;
          if (at++ < offset) continue;
          if (questions.length === limit) return { questions, next: offset + limit };
          remember(question);
          questions.push(lineOf(question));
        }
        return { questions };
      },
    }),
    tool({
      name: 'open_question',
      description:
        'Opens a question by its id: its words and pictures. From then on the tools work on its case, and on no other, until another question is opened.',
      input: z.strictObject({ question: z.string().min(1).max(300).describe('Id of the question.') }),
      output: z.object({
        question: questionLine,
        asked: z.string(),
        unit: z.string().optional(),
        pictures: z.array(z.object({ hash: z.string(), uri: z.string(), caption: z.string() })),
        materials: z.array(z.object({ id: z.string(), kind: z.string(), title: z.string().optional() })),
        tools: z.array(z.string()),
      }),
      run: async ({ question: id }, client, signal) => {
        const question = seen.get(id) ?? (await found(source, id, signal));
        const opened = await openQuestion(served, question, signal);
        client.opened = opened;
        return {
          question: lineOf(question),
          asked: opened.asked,
          ...(question.unit === undefined ? {} : { unit: question.unit }),
          pictures: opened.pictures.map(({ hash, caption }) => ({ hash, caption, uri: pictureUri(hash) })),
          materials: (question.materials ?? []).map(({ id: of, kind, title }) => ({
            id: of,
            kind,
            ...(title === undefined ? {} : { title }),
          })),
          tools: served.tools.map(({ name }) => name),
        };
      },
    }),
  ];
}

async function found(source: Served['source'], id: string, signal: AbortSignal): Promise<Question> {
  for await (const question of source.eachQuestion()) {
    signal.throwIfAborted();
    if (question.id === id) return question;
  }
  throw new OverreadError(
    'bad-argument',
    'The benchmark has no question of that id: list_questions lists them.',
  );
}

function runTools(runs: RunDesk): ServiceTool[] {
  return [
    tool({
      name: 'start_run',
      description:
        'Lets a reader read the whole benchmark in the background. Readers are written [STRATEGY@]PROVIDER/MODEL[#MODE], or random, constant, executor and the like.',
      input: z.strictObject({ reader: z.string().min(1).max(300) }),
      output: run,
      readOnly: false,
      run: async ({ reader }) => runs.start(reader),
    }),
    tool({
      name: 'run_status',
      description: 'Says how far the runs are that were started here, or one of them.',
      input: z.strictObject({ run: z.string().max(100).optional() }),
      output: z.object({ runs: z.array(run) }),
      run: async ({ run: id }) => {
        const all = runs.status();
        const chosen = id === undefined ? all : all.filter((each) => each.run === id);
        if (id !== undefined && chosen.length === 0)
          throw new OverreadError(
            'run-unknown',
            'No run of that id was started here: run_status without one lists them.',
          );
        return { runs: [...chosen] };
      },
    }),
    tool({
      name: 'report',
      description:
        'Scores of a run that is done, each with its 95 % interval and chance level. Scores over fewer than five items are kept back.',
      input: z.strictObject({ run: z.string().max(100) }),
      output: z.object({
        run: z.string(),
        reader: z.string(),
        protocol: z.string(),
        scores: z.array(
          z.object({
            of: z.string(),
            metric: z.string(),
            score: z.number().nullable(),
            ci95: z.array(z.number()).nullable(),
            chance: z.number().nullable(),
            n: z.number(),
          }),
        ),
        withheld: z.number(),
      }),
      run: async ({ run: id }) => {
        const report = await runs.report(id);
        return {
          ...report,
          scores: report.scores.map((score) => ({
            ...score,
            ci95: score.ci95 === null ? null : [...score.ci95],
          })),
        };
      },
    }),
  ];
}
