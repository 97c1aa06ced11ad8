// The letter of a KorMedMCQA-V reply: as the released evaluator takes it, and as it should be taken.
import { boxed, type Parsed, parsed, unparsed, withoutThinking } from '../../replies.ts';
import { jsonOrLiteral, lastObject } from '../../reply-json.ts';

export const KEYS = ['정답', 'answer'] as const;

/** The pairs of marks that the released evaluator takes reasoning to stand between; <think> is none of them. */
const MARKS: readonly (readonly [string, string])[] = [
  ['◁think▷', '◁/think▷'],
  ['...thinking...', '....thinking....'],
  ['[THINK]', '[/THINK]'],
];

/** Text after the first end mark, where a pair of marks is there. */
function released(text: string): string {
  for (const [open, close] of MARKS)
    if (text.includes(open) && text.includes(close))
      return text.slice(text.indexOf(close) + close.length).trim();
  return text;
}

/**
 * As released: the first fenced JSON block, else every {…} up to its first closing brace, last first; of its value the
 * first of the letters a–e anywhere; else the first boxed letter.
 */
export function publishedLetter(reply: string): Parsed<string> {
  const text = released(reply);
  const fenced = /```json\s*(\{[\s\S]*?\})\s*```/i.exec(text);
  const blocks = fenced === null ? [...text.matchAll(/\{[\s\S]*?\}/g)].map(([block]) => block) : [fenced[1]];
  for (const block of blocks.reverse()) {
    const found = jsonOrLiteral(block);
    if (!found.ok || typeof found.value !== 'object' || found.value === null || Array.isArray(found.value))
      continue;
    const object = found.value as Readonly<Record<string, unknown>>;
    for (const key of KEYS) {
      const value = object[key];
      // A stroke stands in the evaluator's character class by mistake: met first, it hides the letter after it.
      const letter = value === null || value === undefined ? undefined : /[a-e|]/i.exec(spelled(value))?.[0];
      if (letter !== undefined && letter !== '|') return parsed(letter.toUpperCase());
    }
  }
  const box = /\\boxed\{([a-e])\}/i.exec(text)?.[1];
  return box === undefined
    ? unparsed('no JSON object with an answer and no boxed letter')
    : parsed(box.toUpperCase());
}

function spelled(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The last JSON object with an answer, or the last box; its value must be a letter and nothing more. */
export function strictLetter(reply: string): Parsed<string> {
  const text = withoutThinking(reply);
  const object = lastObject(text, KEYS);
  if (object.ok) {
    const key = KEYS.find((name) => Object.hasOwn(object.value, name)) ?? KEYS[0];
    return letterOf(object.value[key]);
  }
  const box = boxed(text);
  return box.ok ? letterOf(box.value) : unparsed('no JSON object with an answer and no boxed letter');
}

function letterOf(value: unknown): Parsed<string> {
  const letter = typeof value === 'string' ? /^\s*\(?([A-Ea-e])\)?[.:]?\s*$/.exec(value)?.[1] : undefined;
  return letter === undefined
    ? unparsed('the answer is no letter from A to E')
    : parsed(letter.toUpperCase());
}
