// Replies to MMMU: choices and open answers as the released evaluator reads them, and strictly.
import type { Option } from '../../../domain/question.ts';
import { random } from '../../../domain/random.ts';
import { afterMarker, plain } from '../../../scoring/strict/final-text.ts';
import { boxed, numbersIn, type Parsed, parsed, unparsed, withoutThinking } from '../../replies.ts';

/** Takes a character off both ends, as Python's strip of one character does. */
function stripped(text: string, character: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === character) start++;
  while (end > start && text[end - 1] === character) end--;
  return text.slice(start, end);
}

/**
 * The letter that the released evaluator takes: "(B)", else " B ", else (in replies of more than five words) the text
 * of an option; of several the one named last. Nothing of all this: a random option, here drawn from the item's id.
 */
export function publishedChoice(
  reply: string,
  options: readonly Option[],
  id: string,
): { letter: string; random: boolean } {
  let text = reply;
  for (const character of [',', '.', '!', '?', ';', ':', "'"]) text = stripped(text, character);
  text = ` ${text} `;
  const lower = text.toLowerCase();
  const places = (find: (option: Option) => number) =>
    options.map((option) => ({ letter: option.letter, at: find(option) })).filter(({ at }) => at >= 0);
  let found = places(({ letter }) => text.lastIndexOf(`(${letter})`));
  if (found.length === 0) found = places(({ letter }) => text.lastIndexOf(` ${letter} `));
  if (found.length === 0 && text.split(/\s+/).filter((word) => word !== '').length > 5)
    found = places((option) => lower.lastIndexOf(option.text.toLowerCase()));
  const last = found.reduce<(typeof found)[number] | undefined>(
    (best, one) => (best === undefined || one.at > best.at ? one : best),
    undefined,
  );
  if (last !== undefined) return { letter: last.letter, random: false };
  return { letter: random('mmmu', id).pick(options).letter, random: true };
}

type Value = string | number;

const NUMBER = /^\s*[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+)?\s*$/;

/** round(x, 2) of Python: of an exact tie the even neighbour. Only odd multiples of 1/8 lie between two cents. */
function round2(x: number): number {
  if (Math.abs(x * 8) % 2 === 1) {
    const below = Math.floor(x * 100);
    return (below % 2 === 0 ? below : below + 1) / 100;
  }
  return Math.abs(x) < 1e21 ? Number(x.toFixed(2)) : x;
}

function normalized(text: string): Value[] {
  const bare = text.trim();
  const number = bare.replaceAll(',', '');
  if (NUMBER.test(number)) return [round2(Number(number.replaceAll('_', '')))];
  const lower = bare.toLowerCase();
  // One letter must stand apart, or it would be found in any word.
  return lower.length === 1 ? [` ${lower}`, `${lower} `] : [lower];
}

const EXTRACTED = [
  /-?\b\d{1,3}(?:,\d{3})+\b/g,
  /-?\d+(?:\.\d+)?[eE][+-]?\d+/g,
  /-?(?:\d+\.\d+|\.\d+|\d+\b)(?![eE][+-]?\d+)(?![,\d])/g,
];
const INDICATORS = ['could be ', 'so ', 'is ', 'thus ', 'therefore ', 'final ', 'answer ', 'result '];
const TRIVIAL = [':', ',', '.', '!', '?', ';', "'"];

/** What the released evaluator takes an open reply to say: the tails of its lines, and their numbers. */
export function openPredictions(reply: string): Value[] {
  const text = stripped(reply.trim(), '.').toLowerCase();
  // Sentences are to be split at capitals, but there are none left: only lines are.
  const lines = text.split('\n');
  const keys: string[] = [];
  for (const [at, line] of lines.entries()) {
    const indicators = at === lines.length - 1 ? [...INDICATORS, '='] : INDICATORS;
    let shortest = '';
    for (const indicator of indicators) {
      if (!line.includes(indicator)) continue;
      const tail = line.slice(line.lastIndexOf(indicator) + indicator.length).trim();
      if (shortest === '' || tail.length < shortest.length) shortest = tail;
    }
    if (shortest !== '' && !TRIVIAL.includes(shortest)) keys.push(shortest);
  }
  if (keys.length === 0) keys.push(text);
  const numbers = keys.flatMap((key) =>
    EXTRACTED.flatMap((pattern) => [...key.matchAll(pattern)].map(([word]) => word)),
  );
  return [...new Set([...keys, ...numbers].flatMap(normalized))];
}

/** Whether an answer stands in any prediction, or equals one of its numbers to two decimals. */
export function publishedOpen(reply: string, answers: readonly string[]): boolean {
  const wanted = answers.flatMap(normalized);
  return openPredictions(reply).some((said) =>
    typeof said === 'string'
      ? wanted.some((answer) => typeof answer === 'string' && said.includes(answer))
      : wanted.includes(said),
  );
}

/** What an open reply states: its box, the text after "answer:", or its last line. */
export function strictOpen(reply: string, answers: readonly string[]): Parsed<boolean> {
  const text = withoutThinking(reply);
  if (text === '') return unparsed('the reply is empty');
  const box = boxed(text);
  const stated = box.ok ? box.value : (afterMarker(text) ?? text.split('\n').at(-1) ?? text);
  const numbers = numbersIn(stated);
  return parsed(
    answers.some((answer) => {
      const bare = answer.trim().replaceAll(',', '');
      if (NUMBER.test(bare)) return numbers.length === 1 && round2(numbers[0]) === round2(Number(bare));
      return plain(stated) === plain(answer);
    }),
  );
}
