// CarePilot's two memories: what just happened, and what the whole task has taught so far. Nothing in them is the truth.
import { actionName, type DeskAction } from '../../../experts/desk/actions.ts';

export interface Attempt {
  readonly action: DeskAction;
  /** What the application or the critic said of it. */
  readonly observation: string;
  /** True when it was carried out. */
  readonly done: boolean;
}

export interface ShortTerm {
  readonly last_action: string;
  readonly last_observation: string;
  readonly last_lesson: string;
}

export interface LongTerm {
  readonly overall_progress: string;
  readonly completed_subtasks: readonly string[];
  readonly remaining_subtasks: readonly string[];
  readonly known_pitfalls: readonly string[];
  readonly tool_effectiveness: Readonly<Record<string, string>>;
  readonly recurring_issues: readonly string[];
  readonly decision_history: readonly string[];
  readonly backtrack_points: readonly number[];
  readonly failure_types: Readonly<Record<string, number>>;
}

/** The clauses of a goal, in order: subtasks as its author wrote them. */
export function subtasksOf(goal: string): string[] {
  return goal
    .replace(/^In this order:\s*/i, '')
    .split(/;\s+|\.\s*$/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
}

export function shortTerm(attempts: readonly Attempt[]): ShortTerm {
  const last = attempts.at(-1);
  const failed = attempts.findLast(({ done }) => !done);
  return {
    last_action: last === undefined ? 'none' : actionName(last.action),
    last_observation: last?.observation ?? 'none',
    last_lesson: failed === undefined ? 'none' : `${actionName(failed.action)}: ${failed.observation}`,
  };
}

/** Reflection on the action (lessons), the trajectory (what recurs) and the whole (progress), without another model. */
export function longTerm(goal: string, attempts: readonly Attempt[]): LongTerm {
  const done = attempts.filter((attempt) => attempt.done);
  const failed = attempts.filter((attempt) => !attempt.done);
  const subtasks = subtasksOf(goal);
  const counts = new Map<string, number>();
  for (const { action } of failed) counts.set(action.action, (counts.get(action.action) ?? 0) + 1);
  const named = new Map<string, number>();
  for (const { action } of failed) named.set(actionName(action), (named.get(actionName(action)) ?? 0) + 1);
  const kinds = [...new Set(attempts.map(({ action }) => action.action))];
  return {
    overall_progress: `${done.length} of ${subtasks.length} steps`,
    completed_subtasks: done.map(({ action }) => actionName(action)),
    remaining_subtasks: subtasks.slice(done.length),
    known_pitfalls: [
      ...new Set(failed.map(({ action, observation }) => `${actionName(action)}: ${observation}`)),
    ].slice(-5),
    tool_effectiveness: Object.fromEntries(
      kinds.map((kind) => {
        const of = attempts.filter(({ action }) => action.action === kind);
        return [kind, `${of.filter((attempt) => attempt.done).length}/${of.length}`];
      }),
    ),
    recurring_issues: [...named].filter(([, count]) => count > 1).map(([name]) => name),
    decision_history: attempts
      .slice(-8)
      .map(({ action, done: was }) => `${was ? 'did' : 'rejected'} ${actionName(action)}`),
    backtrack_points: attempts.flatMap(({ done: was }, at) => (was ? [] : [at + 1])).slice(-5),
    failure_types: Object.fromEntries(counts),
  };
}

/** Both memories as the actor and the critic are told them; "short" leaves the long one out. */
export function memoryText(
  goal: string,
  attempts: readonly Attempt[],
  kind: 'both' | 'short' | 'none',
): string {
  if (kind === 'none') return '';
  const recent = shortTerm(attempts);
  const lines = [
    'Short-term memory:',
    `last_action: ${recent.last_action}`,
    `last_observation: ${recent.last_observation}`,
    `last_lesson: ${recent.last_lesson}`,
  ];
  if (kind === 'short') return lines.join('\n');
  const long = longTerm(goal, attempts);
  const listed = (items: readonly string[]) =>
    items.length === 0 ? ' none' : `\n${items.map((item, at) => `${at + 1}. ${item}`).join('\n')}`;
  return [
    ...lines,
    'Long-term memory:',
    `overall_progress: ${long.overall_progress}`,
    `completed_subtasks:${listed(long.completed_subtasks)}`,
    `remaining_subtasks:${listed(long.remaining_subtasks)}`,
    `known_pitfalls:${listed(long.known_pitfalls)}`,
    `tool_effectiveness: ${JSON.stringify(long.tool_effectiveness)}`,
    `recurring_issues:${listed(long.recurring_issues)}`,
    `decision_history:${listed(long.decision_history)}`,
    `backtrack_points: ${long.backtrack_points.join(', ') || 'none'}`,
    `failure_types: ${JSON.stringify(long.failure_types)}`,
  ].join('\n');
}
