// The reading room: people, studies, blind worklists, adjudication and what came of them.
//
// Owner
//   GET  /api/room/people                                 people
//   POST /api/room/people                                 newPerson → personWithToken (the token is shown this once)
//   POST /api/room/people/{person}/token                  → personWithToken; the old token is worth nothing from then on
//   POST /api/room/people/{person}/withdraw               → personRow; out at once, the readings stay
//   GET  /api/room/studies                                studies
//   POST /api/room/preview                                studyQuestions → questionPreview: what a filter would choose
//   POST /api/room/studies                                studyPlan → study
//   GET  /api/room/studies/{study}                        study
//   POST /api/room/studies/{study}/readers                enrolment → study
//   POST /api/room/studies/{study}/reviewers              enrolment → study
//   POST /api/room/studies/{study}/close | /reopen        → study; a closed one takes no answers
//   GET  /api/room/studies/{study}/results?protocol=&runs= studyResults; runs: ids of model runs to compare with, commas
//   GET  /api/room/studies/{study}/readings.csv           every answer that was given, one line each
// Readers (and reviewers); {worklist} is an id, {position} counts from 0 in the person's own order
//   GET  /api/reading/worklists                           worklists
//   GET  /api/reading/{worklist}                          worklist
//   GET  /api/reading/{worklist}/items/{position}         readingItem; the first time starts its clock
//   GET  /api/reading/{worklist}/items/{position}/media/{index}                      bytes of a picture or sound
//   GET  /api/reading/{worklist}/items/{position}/scan                               scanFacts without structures
//   GET  /api/reading/{worklist}/items/{position}/slices/{version}/{plane}/{index}   as shapes/scan.ts says
//   POST /api/reading/{worklist}/items/{position}/answer  givenAnswer → answerReceipt
//   POST /api/reading/{worklist}/items/{position}/time    activeTime → nothing (204): also as a beacon when the page goes
// Reviewers; {item} is an opaque id
//   GET  /api/adjudication/studies                        adjudications
//   GET  /api/adjudication/{study}                        disagreements
//   GET  /api/adjudication/{study}/items/{item}           disagreement
//   GET  /api/adjudication/{study}/items/{item}/media/{index} | /scan | /slices/… | /masks/… (masks: if the study says so)
//   POST /api/adjudication/{study}/items/{item}/decision  decision → disagreement
import * as z from 'zod';
import { stage } from '../../../domain/question.ts';
import { answer } from '../../../domain/read.ts';
import { questionFormat } from '../../../domain/run.ts';
import { benchmarkId } from './benchmarks.ts';

/** Ids of people, studies and worklists. */
export const roomId = z.string().regex(/^[a-z0-9][a-z0-9-]{2,63}$/);

// ---- people ----

export const personRole = z.enum(['reader', 'reviewer']);
export type PersonRole = z.infer<typeof personRole>;

/** Stands in reports as person/NAME: a pseudonym is as good as a name. */
export const personName = z
  .string()
  .trim()
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._'-]{0,38}[\p{L}\p{M}\p{N}.])?$/u,
    'use letters, digits, spaces, dots and hyphens, 40 at most',
  );

export const newPerson = z.object({ name: personName, role: personRole });
export type NewPerson = z.infer<typeof newPerson>;

export const personRow = z.object({
  id: roomId,
  name: z.string(),
  role: personRole,
  withdrawn: z.boolean(),
  createdAt: z.string(),
  /** When a request of theirs came last; null: never. */
  seenAt: z.string().nullable(),
  /** Studies that they read or review for. */
  studies: z.number().int(),
});
export type PersonRow = z.infer<typeof personRow>;

export const people = z.object({ people: z.array(personRow) });
export type People = z.infer<typeof people>;

/** Kept only as a hash: whoever loses it gets another. */
export const personWithToken = z.object({
  person: personRow,
  token: z.string(),
  /** What the person opens: this origin with the token. */
  link: z.string(),
});
export type PersonWithToken = z.infer<typeof personWithToken>;

// ---- studies ----

/** Which questions: all that pass the filter, or those of a list; then as many as `limit`, drawn by the seed. */
export const studyQuestions = z.object({
  benchmark: benchmarkId,
  stages: z.array(stage).optional(),
  types: z.array(z.string().max(100)).max(500).optional(),
  splits: z.array(z.enum(['train', 'validation', 'test'])).optional(),
  /** Question ids instead of a filter. */
  list: z.array(z.string().max(200)).max(20_000).optional(),
  /** At most so many questions, drawn by whole cases. Default: all. */
  limit: z.number().int().min(1).max(20_000).optional(),
  /** Of the draw and of every order. Default "0". */
  seed: z.string().max(100).default('0'),
});
export type StudyQuestions = z.infer<typeof studyQuestions>;
export type StudyQuestionsInput = z.input<typeof studyQuestions>;

/** POST /api/room/preview. */
export const questionPreview = z.object({
  questions: z.number().int(),
  cases: z.number().int(),
  patients: z.number().int(),
  /** Cases with a scan that can be looked at here. */
  withScan: z.number().int(),
  binary: z.number().int(),
  /** What there is to filter by, with how many questions of the whole benchmark. */
  stages: z.record(z.string(), z.number().int()),
  types: z.record(z.string(), z.number().int()),
  splits: z.record(z.string(), z.number().int()),
});
export type QuestionPreview = z.infer<typeof questionPreview>;

/** What a reader gets of the case. "axial": axial slices and no other plane. "none": the question's words alone. */
export const armScan = z.enum(['volume', 'axial', 'none']);

export const studyArm = z.object({
  /** In reader names and tables: person/NAME+ARM. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,23}$/, 'use small letters, digits and hyphens, 24 at most'),
  /** What the reader sees it called. */
  label: z.string().trim().min(1).max(80),
  /** A run whose answer stands beside each question; `words`: also what it wrote, not only its answer. */
  aid: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('none') }),
      z.object({ kind: z.literal('run'), run: z.string().max(200), words: z.boolean().default(false) }),
    ])
    .default({ kind: 'none' }),
  scan: armScan.default('volume'),
  /** Ruler, region statistics and zoom; false: looking only. */
  tools: z.boolean().default(true),
});
export type StudyArm = z.infer<typeof studyArm>;

export const adjudicationRule = z.object({
  /** Two numbers are the same answer within this share of the larger … */
  relativeTolerance: z.number().min(0).max(1).default(0),
  /** … or within this much, in the question's unit. */
  absoluteTolerance: z.number().min(0).default(0),
  /** Whether reviewers may see the annotated masks. */
  masks: z.boolean().default(false),
});
export type AdjudicationRule = z.infer<typeof adjudicationRule>;

export const studyPlan = z.object({
  title: z.string().trim().min(1).max(120),
  questions: studyQuestions,
  format: questionFormat.default('mc'),
  arms: z
    .array(studyArm)
    .min(1)
    .max(6)
    .refine(
      (arms) => new Set(arms.map(({ name }) => name)).size === arms.length,
      'two arms have the same name',
    ),
  /** Days between the end of one of a person's arms and the next. */
  washoutDays: z.number().min(0).max(365).default(0),
  /** Which arm comes first: "fixed" as listed, "crossover" balanced over the people in the order they join. */
  assignment: z.enum(['fixed', 'crossover']).default('fixed'),
  /** Questions of one case one after the other. */
  keepCases: z.boolean().default(true),
  confidence: z.enum(['required', 'optional', 'off']).default('required'),
  /** Seconds for one question, from its first opening; absent: none. */
  timeLimitSeconds: z.number().int().min(5).max(86_400).optional(),
  /** Whether an earlier answer may be looked at and changed; every answer is kept. */
  mayGoBack: z.boolean().default(false),
  /** Whether a question may be passed ("cannot be answered"), which counts as refused. */
  mayPass: z.boolean().default(true),
  /** Records, earlier reports and pages of the case, where questions have them. */
  materials: z.boolean().default(true),
  adjudication: adjudicationRule.nullable().default(null),
  /** What readers are told on the first page. Plain text. */
  instructions: z.string().max(5000).default(''),
  /** People who read and who review, from the start; more can be enrolled later. */
  readers: z.array(roomId).max(200).default([]),
  reviewers: z.array(roomId).max(50).default([]),
});
export type StudyPlan = z.infer<typeof studyPlan>;
export type StudyPlanInput = z.input<typeof studyPlan>;

export const enrolment = z.object({ person: roomId });

export const progressOf = z.object({
  person: z.object({ id: roomId, name: z.string(), withdrawn: z.boolean() }),
  arm: z.string(),
  run: z.string(),
  /** Which of this person's arms it is: 1, 2, … */
  turn: z.number().int(),
  planned: z.number().int(),
  answered: z.number().int(),
  /** ISO time until which it is locked by washout. "earlier-arm": until the arm before it is done. Null: open. */
  lockedUntil: z.string().nullable(),
  lastAnswerAt: z.string().nullable(),
});
export type ProgressOf = z.infer<typeof progressOf>;

export const study = z.object({
  id: roomId,
  status: z.enum(['open', 'closed']),
  createdAt: z.string(),
  plan: studyPlan,
  benchmark: z.object({ id: benchmarkId, name: z.string(), available: z.boolean() }),
  counts: z.object({ questions: z.number().int(), cases: z.number().int(), patients: z.number().int() }),
  progress: z.array(progressOf),
  reviewers: z.array(z.object({ id: roomId, name: z.string(), withdrawn: z.boolean() })),
  /** Null: no adjudication. `why`: what keeps it from working, such as three readers. */
  adjudication: z
    .object({
      differing: z.number().int(),
      decided: z.number().int(),
      /** Runs of the panel's consensus, by arm. */
      runs: z.array(z.object({ arm: z.string(), run: z.string() })),
      why: z.string().nullable(),
    })
    .nullable(),
});
export type Study = z.infer<typeof study>;

export const studies = z.object({ studies: z.array(study) });
export type Studies = z.infer<typeof studies>;

// ---- reading ----

export const worklistRow = z.object({
  id: roomId,
  title: z.string(),
  /** What the arm is called, where there are several. */
  arm: z.string().nullable(),
  instructions: z.string(),
  planned: z.number().int(),
  answered: z.number().int(),
  state: z.enum(['open', 'locked', 'done', 'closed']),
  /** Of a locked one: from when it can be read; null while an earlier worklist must be finished first. */
  opensAt: z.string().nullable(),
  /** First unanswered position; null when all are answered. */
  next: z.number().int().nullable(),
  confidence: z.enum(['required', 'optional', 'off']),
  timeLimitSeconds: z.number().int().nullable(),
  mayGoBack: z.boolean(),
  mayPass: z.boolean(),
});
export type WorklistRow = z.infer<typeof worklistRow>;

export const worklists = z.object({ worklists: z.array(worklistRow) });
export type Worklists = z.infer<typeof worklists>;

/** GET /api/reading/{worklist}. */
export const worklist = worklistRow.extend({
  /** One letter for each position: "d" done, "o" opened, "-" not yet. */
  marks: z.string(),
});
export type Worklist = z.infer<typeof worklist>;

/** Of the question as it is shown: words, or the number of a picture or sound under media/. */
export const shownPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), media: z.number().int() }),
  z.object({ type: z.literal('audio'), media: z.number().int() }),
]);
export type ShownPart = z.infer<typeof shownPart>;

export const shownMaterial = z.object({
  kind: z.enum(['record', 'report', 'page', 'picture', 'audio', 'note']),
  title: z.string().optional(),
  visitsBefore: z.number().int().optional(),
  text: z.string().optional(),
  media: z.number().int().optional(),
});
export type ShownMaterial = z.infer<typeof shownMaterial>;

/** What an answer must be. */
export const wantedAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('choice'),
    options: z.array(z.object({ letter: z.string(), text: z.string() })),
  }),
  /** `unit` as it is shown ("cm³"), empty for none. */
  z.object({ kind: z.literal('number'), unit: z.string() }),
  z.object({ kind: z.literal('text') }),
]);
export type WantedAnswer = z.infer<typeof wantedAnswer>;

export const passed = z.object({ kind: z.literal('pass') });

/** An answer as it was given. */
export const shownAnswer = z.object({
  answer: z.union([answer, passed]),
  confidence: z.number().nullable(),
  note: z.string(),
});
export type ShownAnswer = z.infer<typeof shownAnswer>;

export const readingItem = z.object({
  position: z.number().int(),
  planned: z.number().int(),
  answered: z.number().int(),
  /** The question in parts: text first; the released prompt where it is a published item. */
  parts: z.array(shownPart),
  /** What must be told for the question to be fair. */
  context: z.string().nullable(),
  wanted: wantedAnswer,
  /** "volume": the whole viewer; "axial": axial slices only; null: nothing but words and pictures. */
  scan: z.enum(['volume', 'axial']).nullable(),
  tools: z.boolean(),
  /** True where the scan is that of the position before: the viewer may stay where it stands. */
  sameScan: z.boolean(),
  /** Sex and age band, where known. */
  patient: z.string().nullable(),
  materials: z.array(shownMaterial),
  /** Of an aided arm: what another reader said. */
  aid: z
    .object({ answer: z.string(), confidence: z.number().nullable(), words: z.string().nullable() })
    .nullable(),
  /** Their own, where one was given. */
  given: shownAnswer.nullable(),
  /** Whether an answer is taken now. */
  open: z.boolean(),
  /** Seconds left as the server counts them; null without a limit; 0: too late. */
  secondsLeft: z.number().nullable(),
  /** Active milliseconds that the page reported before (a reload goes on from there). */
  activeMilliseconds: z.number(),
});
export type ReadingItem = z.infer<typeof readingItem>;

export const givenAnswer = z.object({
  answer: z.union([
    z.object({ kind: z.literal('choice'), letter: z.string().max(20) }),
    z.object({ kind: z.literal('number'), value: z.number() }),
    z.object({ kind: z.literal('text'), text: z.string().trim().min(1).max(20_000) }),
    passed,
    /** The time is over and nothing was answered. */
    z.object({ kind: z.literal('time-over') }),
  ]),
  confidence: z.number().min(0).max(1).optional(),
  note: z.string().max(2000).optional(),
  /** Time that the page was really looked at, over all visits. */
  activeMilliseconds: z.number().min(0).optional(),
});
export type GivenAnswer = z.infer<typeof givenAnswer>;

export const answerReceipt = z.object({
  /** "too-late": the time limit had passed, and the question counts as not answered. */
  kept: z.enum(['answered', 'passed', 'too-late']),
  answered: z.number().int(),
  planned: z.number().int(),
  /** Where to go on; null: all are answered. */
  next: z.number().int().nullable(),
});
export type AnswerReceipt = z.infer<typeof answerReceipt>;

export const activeTime = z.object({ activeMilliseconds: z.number().min(0) });

// ---- adjudication ----

export const adjudications = z.object({
  studies: z.array(
    z.object({ id: roomId, title: z.string(), differing: z.number().int(), decided: z.number().int() }),
  ),
});
export type Adjudications = z.infer<typeof adjudications>;

export const disagreements = z.object({
  id: roomId,
  title: z.string(),
  items: z.array(
    z.object({
      item: z.string(),
      /** Label of the arm, where there are several. */
      arm: z.string().nullable(),
      /** First words of the question. */
      text: z.string(),
      decided: z.boolean(),
      /** Decided by somebody else: shown, not changed. */
      mine: z.boolean(),
    }),
  ),
});
export type Disagreements = z.infer<typeof disagreements>;

export const decisionChoice = z.discriminatedUnion('kind', [
  /** The first or the second answer as shown. */
  z.object({ kind: z.literal('one'), which: z.enum(['A', 'B']) }),
  z.object({ kind: z.literal('other'), answer }),
  /** Cannot be answered from what there is. */
  z.object({ kind: z.literal('unreadable') }),
]);

export const decision = z.object({ decision: decisionChoice, reason: z.string().trim().min(1).max(2000) });
export type Decision = z.infer<typeof decision>;

export const disagreement = readingItem
  .pick({ parts: true, context: true, wanted: true, scan: true, patient: true, materials: true })
  .extend({
    item: z.string(),
    arm: z.string().nullable(),
    /** Which reader is A is drawn for each item; names are not told. */
    A: shownAnswer,
    B: shownAnswer,
    masks: z.boolean(),
    decided: decision.nullable(),
    mayDecide: z.boolean(),
    /** Next undecided item; null when all are decided. */
    next: z.string().nullable(),
  });
export type Disagreement = z.infer<typeof disagreement>;
