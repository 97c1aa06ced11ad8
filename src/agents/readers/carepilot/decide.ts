// One step of CarePilot: the actor proposes, the critic approves or hints, at most so many times.
import type { PromptPart } from '../../../domain/question.ts';
import { actionName, type DeskAction, parseAction } from '../../../experts/desk/actions.ts';
import { objectsFromEnd, withoutThoughts } from '../../../experts/json-reply.ts';
import type { StrategySession, Turn } from '../../strategy.ts';
import { type Attempt, memoryText } from './memory.ts';

/** As in the paper's code; its 0.4 (fail) and 0.8 (trust in what was detected) have nothing to decide here. */
export const THRESHOLDS = {
  accept: 0.8,
  semantic: 0.6,
  firstSemantic: 0.7,
  terminate: 0.9,
} as const;

export interface Screen {
  readonly picture: PromptPart & { readonly type: 'image' };
  /** What was found on the screen: the names of elements. */
  readonly elements: readonly string[];
}

export interface DecideOptions {
  readonly goal: string;
  readonly screen: Screen;
  readonly attempts: readonly Attempt[];
  readonly memory: 'both' | 'short' | 'none';
  readonly critic: boolean;
  /** Proposals after the first. */
  readonly retries: number;
}

export interface Verdict {
  readonly score: number;
  readonly hint: string;
}

const FORM =
  'Reply with one JSON object: {"action": CLICK | TEXT | SCROLL | ZOOM | SEGMENT | COMPLETE, "target": name on the screen, "text": what TEXT types, "amount": steps of SCROLL (down is positive) or ZOOM (in is positive)}.';

const seen = ({ elements }: Screen): string =>
  elements.length === 0
    ? 'Nothing was detected on the screen.'
    : `Detected on the screen: ${elements.map((name) => JSON.stringify(name)).join(', ')}.`;

/** The verdict of a critic's reply; undefined when there is none in it. */
export function verdictOf(reply: string): Verdict | undefined {
  for (const { score, hint } of objectsFromEnd(withoutThoughts(reply)))
    if (typeof score === 'number' && score >= 0 && score <= 1)
      return { score, hint: typeof hint === 'string' ? hint.slice(0, 500) : '' };
  return undefined;
}

/**
 * The next action, with every proposal that was turned down. The critic is told the goal, the screen, the memories and
 * the proposal; nothing that a scorer knows reaches it. When no proposal is accepted, the one with the highest score
 * is taken (assumed: what the released code does then depends on the truth).
 */
export async function decide(
  session: StrategySession,
  options: DecideOptions,
): Promise<{
  readonly action: DeskAction | undefined;
  /** False when the critic turned all proposals down and the best of them is taken. */
  readonly approved: boolean;
  readonly rejected: readonly Attempt[];
}> {
  const { goal, screen, memory, critic, retries } = options;
  const rejected: Attempt[] = [];
  let best: { action: DeskAction; score: number } | undefined;
  for (let round = 0; round <= retries; round++) {
    const told = memoryText(goal, [...options.attempts, ...rejected], memory);
    const hints = rejected.map(({ action, observation }) => `Not ${actionName(action)}: ${observation}`);
    const reply = await session.ask(
      [
        {
          role: 'user',
          content: [
            screen.picture,
            {
              type: 'text',
              text: [`Goal: ${goal}`, seen(screen), told, ...hints, FORM]
                .filter((line) => line !== '')
                .join('\n\n'),
            },
          ],
        },
      ],
      { as: 'actor-model', sample: round },
    );
    const parsed = parseAction(reply);
    if (!parsed.ok) {
      session.note('unreadable', { reason: parsed.reason });
      continue;
    }
    const { action } = parsed;
    if (!critic) return { action, approved: true, rejected };
    const verdict = await review(session, options, action, told, round);
    if (verdict === undefined) {
      session.note('review', { proposal: action, unread: true, round });
      return { action, approved: true, rejected };
    }
    session.note('review', { proposal: action, ...verdict, round });
    if (accepted(action, verdict, screen, options.attempts.length === 0))
      return { action, approved: true, rejected };
    if (best === undefined || verdict.score > best.score) best = { action, score: verdict.score };
    rejected.push({
      action,
      observation: verdict.hint === '' ? 'the critic does not approve' : verdict.hint,
      done: false,
    });
  }
  return { action: best?.action, approved: false, rejected };
}

/**
 * Above `accept` an action passes; below, it still does from the semantic threshold on when its target was detected
 * (assumed reading of the thresholds); the end of a task wants `terminate`.
 */
function accepted(action: DeskAction, { score }: Verdict, { elements }: Screen, first: boolean): boolean {
  if (action.action === 'COMPLETE') return score >= THRESHOLDS.terminate;
  if (score >= THRESHOLDS.accept) return true;
  const name = (action.action === 'SEGMENT' ? `Segment ${action.target}` : action.target).toLowerCase();
  const isThere = elements.some((element) => element.toLowerCase() === name);
  return isThere && score >= (first ? THRESHOLDS.firstSemantic : THRESHOLDS.semantic);
}

/**
 * Asked once more for a verdict that cannot be read; undefined when that cannot be read either: who says nothing neither
 * approves nor condemns, and the proposal is taken as it is without a critic.
 */
async function review(
  session: StrategySession,
  { goal, screen }: DecideOptions,
  action: DeskAction,
  told: string,
  round: number,
): Promise<Verdict | undefined> {
  const form = 'Reply with one JSON object: {"score": 0 to 1, "hint": what to do instead}.';
  const turn: Turn = {
    role: 'user',
    content: [
      screen.picture,
      {
        type: 'text',
        text: [
          `Goal: ${goal}`,
          seen(screen),
          told,
          `Proposed next action: ${JSON.stringify(action)}`,
          `You review the proposal. Is it the next step towards the goal, on the right element? ${form}`,
        ].join('\n\n'),
      },
    ],
  };
  const how = { as: 'critic-model', sample: round };
  const reply = await session.ask([turn], how);
  const first = verdictOf(reply);
  if (first !== undefined) return first;
  const again: Turn = { role: 'user', content: `There is no score in that. ${form}` };
  return verdictOf(await session.ask([turn, { role: 'assistant', content: reply }, again], how));
}
