// The form of a new study: what is entered, what of it is wrong, and the plan that it becomes.
import {
  type StudyPlan,
  type StudyPlanInput,
  type StudyQuestionsInput,
  studyPlan,
} from '../../../../src/server/workbench/shapes/room.ts';

export interface ArmForm {
  /** Of the list on the page only. */
  readonly key: number;
  readonly label: string;
  /** Run whose answers stand beside the questions; "" for none. */
  readonly aid: string;
  readonly words: boolean;
  readonly scan: StudyPlan['arms'][number]['scan'];
  readonly tools: boolean;
}

/** Numbers as they are typed. */
export interface PlanForm {
  readonly title: string;
  readonly benchmark: string;
  readonly stages: readonly string[];
  readonly types: readonly string[];
  readonly splits: readonly string[];
  readonly limit: string;
  readonly seed: string;
  readonly arms: readonly ArmForm[];
  readonly washoutDays: string;
  readonly assignment: StudyPlan['assignment'];
  readonly format: StudyPlan['format'];
  readonly keepCases: boolean;
  readonly confidence: StudyPlan['confidence'];
  readonly timeLimit: string;
  readonly mayGoBack: boolean;
  readonly mayPass: boolean;
  readonly materials: boolean;
  readonly instructions: string;
  readonly readers: readonly string[];
  readonly reviewers: readonly string[];
  readonly adjudicate: boolean;
  /** Per cent. */
  readonly relativeTolerance: string;
  readonly absoluteTolerance: string;
  readonly masks: boolean;
}

export const newArm = (key: number, label: string): ArmForm => ({
  key,
  label,
  aid: '',
  words: false,
  scan: 'volume',
  tools: true,
});

export const EMPTY_PLAN: PlanForm = {
  title: '',
  benchmark: '',
  stages: [],
  types: [],
  splits: [],
  limit: '',
  seed: '0',
  arms: [newArm(0, 'Without an aid')],
  washoutDays: '28',
  assignment: 'crossover',
  format: 'mc',
  keepCases: true,
  confidence: 'required',
  timeLimit: '',
  mayGoBack: false,
  mayPass: true,
  materials: true,
  instructions: '',
  readers: [],
  reviewers: [],
  adjudicate: false,
  relativeTolerance: '10',
  absoluteTolerance: '0',
  masks: false,
};

export const STEPS = ['Questions', 'Arms', 'Answers', 'People', 'Check'] as const;
export type Step = (typeof STEPS)[number];

export interface Mistake {
  readonly step: Step;
  readonly field: string;
  readonly sentence: string;
}

/** "With the model’s answer" is "with-the-model-s-answer" in reader names: short, small letters, one of its kind. */
export function armNames(arms: readonly Pick<ArmForm, 'label'>[]): string[] {
  const names: string[] = [];
  for (const { label } of arms) {
    const base =
      label
        .normalize('NFKD')
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .slice(0, 20)
        .replaceAll(/^-+|-+$/g, '') || 'arm';
    let name = base;
    for (let n = 2; names.includes(name); n++) name = `${base}-${n}`;
    names.push(name);
  }
  return names;
}

/** What the preview is asked; undefined until a benchmark is chosen. */
export function questionsOf(form: PlanForm): StudyQuestionsInput | undefined {
  if (form.benchmark === '') return undefined;
  const limit = wholeNumber(form.limit);
  return {
    benchmark: form.benchmark,
    ...(form.stages.length === 0 ? {} : { stages: form.stages as StudyQuestionsInput['stages'] }),
    ...(form.types.length === 0 ? {} : { types: [...form.types] }),
    ...(form.splits.length === 0 ? {} : { splits: form.splits as StudyQuestionsInput['splits'] }),
    ...(limit === undefined || limit < 1 ? {} : { limit }),
    seed: form.seed,
  };
}

export function planOf(form: PlanForm): StudyPlanInput {
  const names = armNames(form.arms);
  const timeLimitSeconds = wholeNumber(form.timeLimit);
  return {
    title: form.title,
    questions: questionsOf(form) ?? { benchmark: '' },
    format: form.format,
    arms: form.arms.map(({ label, aid, words, scan, tools }, at) => ({
      name: names[at] ?? 'arm',
      label,
      aid: aid === '' ? { kind: 'none' } : { kind: 'run', run: aid, words },
      scan,
      tools,
    })),
    washoutDays: form.arms.length > 1 ? Number(form.washoutDays) : 0,
    assignment: form.arms.length > 1 ? form.assignment : 'fixed',
    keepCases: form.keepCases,
    confidence: form.confidence,
    ...(timeLimitSeconds === undefined ? {} : { timeLimitSeconds }),
    mayGoBack: form.mayGoBack,
    mayPass: form.mayPass,
    materials: form.materials,
    adjudication: form.adjudicate
      ? {
          relativeTolerance: Number(form.relativeTolerance) / 100,
          absoluteTolerance: Number(form.absoluteTolerance),
          masks: form.masks,
        }
      : null,
    instructions: form.instructions,
    readers: [...form.readers],
    reviewers: form.adjudicate ? [...form.reviewers] : [],
  };
}

/** Everything that keeps the study from being made, in the order of the steps. */
export function mistakesOf(form: PlanForm): Mistake[] {
  const mistakes: Mistake[] = [];
  const wrong = (step: Step, field: string, sentence: string) => mistakes.push({ step, field, sentence });
  if (form.title.trim() === '') wrong('Questions', 'title', 'Give the study a title.');
  if (form.benchmark === '') wrong('Questions', 'benchmark', 'Choose a benchmark.');
  if (form.limit.trim() !== '' && !within(form.limit, 1, 20_000))
    wrong('Questions', 'limit', 'Give a whole number from 1 to 20000, or nothing.');
  for (const { label, key } of form.arms)
    if (label.trim() === '') wrong('Arms', `arm-${key}`, 'Give each arm a name that readers see.');
  if (form.arms.length > 1 && !(form.washoutDays.trim() !== '' && inRange(form.washoutDays, 0, 365)))
    wrong('Arms', 'washout', 'Give the washout in days, from 0 to 365.');
  if (form.timeLimit.trim() !== '' && !within(form.timeLimit, 5, 86_400))
    wrong('Answers', 'timeLimit', 'Give whole seconds from 5 to 86400, or nothing.');
  if (form.adjudicate && !inRange(form.relativeTolerance, 0, 100))
    wrong('People', 'relative', 'Give per cent from 0 to 100.');
  if (form.adjudicate && !inRange(form.absoluteTolerance, 0, Number.MAX_VALUE))
    wrong('People', 'absolute', 'Give a number, 0 or more.');
  if (mistakes.length > 0) return mistakes;
  // The shape that the server checks knows more than this form.
  const plan = studyPlan.safeParse(planOf(form));
  if (plan.success) return [];
  return plan.error.issues.map(({ path, message }) => ({
    step: stepOf(String(path[0])),
    field: String(path[0]),
    sentence: `${path.join(', ')}: ${message}.`,
  }));
}

function stepOf(field: string): Step {
  if (field === 'title' || field === 'questions') return 'Questions';
  if (field === 'arms' || field === 'washoutDays' || field === 'assignment') return 'Arms';
  return field === 'readers' || field === 'reviewers' || field === 'adjudication' ? 'People' : 'Answers';
}

const wholeNumber = (typed: string): number | undefined =>
  /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : undefined;

function within(typed: string, low: number, high: number): boolean {
  const value = wholeNumber(typed);
  return value !== undefined && value >= low && value <= high;
}

function inRange(typed: string, low: number, high: number): boolean {
  const value = Number(typed);
  return typed.trim() !== '' && Number.isFinite(value) && value >= low && value <= high;
}
