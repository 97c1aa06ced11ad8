// What a proposing model is asked and how its reply is read. Requests show training items only, as text.
import type { Trial } from './ledger.ts';
import type { StudyItem } from './objective.ts';

/** Longer instructions are cut: they would be paid for with every item. */
const LONGEST = 2000;

const FORM =
  'Write the instruction alone, between <instruction> and </instruction>. It must hold for questions that are not shown here, so name no single item.';

/** Directions in which instructions are proposed, so that proposals differ. */
export const TIPS = [
  'Keep it short and clear.',
  'Say how the answer must be written.',
  'Say what to look at before answering.',
  'Say what to do in doubt.',
  'Say who is answering and why care matters.',
  'Mend what went wrong in the replies.',
] as const;

function shown({ question }: StudyItem): string {
  return (question.prompt ?? [])
    .map((part) => (part.type === 'text' ? part.text : '[picture]'))
    .join('\n')
    .trim();
}

function outcome({ item, asked, passed }: Trial, at: number): string {
  return [
    `### Item ${at + 1}`,
    shown(item),
    `Reply: ${asked.reply.trim().slice(0, 600) || '(none)'}`,
    `Right answer: ${item.oracle.slice(0, 600)}`,
    `Verdict: ${passed ? 'right' : asked.outcome === 'scored' ? 'wrong' : `wrong, ${asked.outcome}`}`,
  ].join('\n');
}

function current(instruction: string): string {
  return `Instruction so far:\n${instruction === '' ? '(none)' : instruction}`;
}

/** For a new instruction out of the task itself. */
export function fromTask(instruction: string, trials: readonly Trial[], tip: string): string {
  return [
    'A model answers questions about medical pictures. You write the instruction that is put before every question.',
    current(instruction),
    'Items with the replies that the instruction brought:',
    ...trials.map(outcome),
    `Write a new instruction. ${tip}`,
    FORM,
  ].join('\n\n');
}

/** For a better instruction out of what went wrong and right under the present one. */
export function fromReflection(instruction: string, trials: readonly Trial[]): string {
  return [
    'A model answers questions about medical pictures. You improve the instruction that is put before every question.',
    current(instruction),
    'What it brought:',
    ...trials.map(outcome),
    'Work out why replies were wrong and what the right ones have in common. Then write the instruction anew: keep what works, add what was missing, and drop what does harm.',
    FORM,
  ].join('\n\n');
}

/** For one instruction out of two that are good at different items. */
export function fromMerger(a: string, b: string): string {
  return [
    'Two instructions for the same task are each better on different items. Combine them into one.',
    `First instruction:\n${a === '' ? '(none)' : a}`,
    `Second instruction:\n${b === '' ? '(none)' : b}`,
    FORM,
  ].join('\n\n');
}

/** For one rule out of a good and a bad reply to the same item. */
export function fromContrast(instruction: string, good: Trial, bad: Trial): string {
  return [
    'A model answered the same question twice, once better. You write advice that would have led it to the better reply.',
    current(instruction),
    `Better:\n${outcome(good, 0)}`,
    `Worse:\n${outcome(bad, 0)}`,
    'Write one or two sentences of advice for questions of this kind.',
    FORM,
  ].join('\n\n');
}

/** The proposed words, or undefined when the reply holds none. */
export function proposed(reply: string): string | undefined {
  const open = reply.lastIndexOf('<instruction>');
  const inside = open < 0 ? reply : reply.slice(open + '<instruction>'.length);
  const close = inside.indexOf('</instruction>');
  const text = (close < 0 ? inside : inside.slice(0, close)).replace(/^```\w*\n?|```$/g, '').trim();
  return text === '' ? undefined : text.slice(0, LONGEST);
}
