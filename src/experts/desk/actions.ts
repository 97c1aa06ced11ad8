// The actions of computer use: what is done, to which element, with which text or amount.
import * as z from 'zod';
import { objectsFromEnd, withoutThoughts } from '../json-reply.ts';

export const DESK_ACTIONS = ['CLICK', 'TEXT', 'SCROLL', 'ZOOM', 'SEGMENT', 'COMPLETE'] as const;
export type DeskActionKind = (typeof DESK_ACTIONS)[number];

export const deskAction = z.object({
  action: z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toUpperCase() : value),
    z.enum(DESK_ACTIONS),
  ),
  /** Name of the element as it is shown; of SEGMENT the structure. Empty for COMPLETE. */
  target: z.string().max(200).default(''),
  /** What is typed by TEXT. */
  text: z.string().max(2000).optional(),
  /** Steps of SCROLL (down is positive) and ZOOM (in is positive). */
  amount: z.number().int().min(-500).max(500).optional(),
});
export type DeskAction = z.infer<typeof deskAction>;

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** The same action on the same target, with the same text and amount where it has them. */
export function sameAction(a: DeskAction, b: DeskAction): boolean {
  if (a.action !== b.action) return false;
  if (a.action === 'COMPLETE') return true;
  if (plain(a.target) !== plain(b.target)) return false;
  if (a.action === 'TEXT') return plain(a.text ?? '') === plain(b.text ?? '');
  if (a.action === 'SCROLL') return (a.amount ?? 0) === (b.amount ?? 0);
  // A zoom is in or out: how far is the viewer's affair.
  return a.action !== 'ZOOM' || Math.sign(a.amount ?? 1) === Math.sign(b.amount ?? 1);
}

/** What kind of act and on what, whatever was typed or turned: CLICK on "Save". */
export function actionName({ action, target, text, amount }: DeskAction): string {
  const more = text !== undefined ? ` "${text}"` : amount !== undefined ? ` ${amount}` : '';
  return action === 'COMPLETE' ? action : `${action} "${target}"${more}`;
}

export type ParsedAction =
  | { readonly ok: true; readonly action: DeskAction }
  | { readonly ok: false; readonly reason: string };

/** The last JSON object of a reply that is an action. */
export function parseAction(reply: string): ParsedAction {
  for (const object of objectsFromEnd(withoutThoughts(reply))) {
    const parsed = deskAction.safeParse(object);
    if (parsed.success) return { ok: true, action: parsed.data };
  }
  return { ok: false, reason: 'There is no JSON object with an action in the reply.' };
}

/** Length of the longest common subsequence: how many steps of `gold` were done, in order. */
export function stepsInOrder(gold: readonly DeskAction[], done: readonly DeskAction[]): number {
  let row = new Array<number>(done.length + 1).fill(0);
  for (const step of gold) {
    const next = [0];
    for (let j = 1; j <= done.length; j++)
      next.push(sameAction(step, done[j - 1]) ? row[j - 1] + 1 : Math.max(row[j], next[j - 1]));
    row = next;
  }
  return row[done.length];
}
