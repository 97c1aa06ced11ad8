// Readers that look at nothing but options, those of all questions of a type if they like: none may beat chance.
import type { Option, Question } from '../../src/domain/question.ts';
import { random } from '../../src/domain/random.ts';

/** Scores an option among its fellows; the highest is taken and ties are drawn. */
type Taste = (option: Option, question: Question) => number;

const numberOf = ({ text }: Option) => Number(text);
const numbers = ({ options }: Question) => options.every((option) => Number.isFinite(numberOf(option)));

/** How often each text is an option of each type. */
function shownCounts(questions: readonly Question[]): (type: string, text: string) => number {
  const counts = new Map<string, number>();
  const keyOf = (type: string, text: string) => `${type}\n${text}`;
  for (const { type, options } of questions)
    for (const { text } of options) {
      const key = keyOf(type, text);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return (type, text) => counts.get(keyOf(type, text)) ?? 0;
}

/** How often each number is an option of the questions about each case. */
function caseCounts(questions: readonly Question[]): (question: Question, text: string) => number {
  const counts = new Map<string, number>();
  const keyOf = ({ caseId, unit }: Question, text: string) => `${caseId}\n${unit ?? ''}\n${text}`;
  for (const question of questions) {
    if (question.answerKind !== 'numeric') continue;
    for (const { text } of question.options) {
      const key = keyOf(question, text);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return (question, text) => counts.get(keyOf(question, text)) ?? 0;
}

function tastes(questions: readonly Question[]): Readonly<Record<string, Taste>> {
  const shown = shownCounts(questions);
  const inCase = caseCounts(questions);
  return {
    'last option': ({ letter }) => letter.charCodeAt(0),
    'shortest option': ({ text }) => -text.length,
    'smallest number': (option, question) => (numbers(question) ? -numberOf(option) : 0),
    'largest number': (option, question) => (numbers(question) ? numberOf(option) : 0),
    'most common value': ({ text }, { type }) => shown(type, text),
    'rarest value': ({ text }, { type }) => -shown(type, text),
    'number seen in other questions of the case': ({ text }, question) =>
      question.answerKind === 'numeric' ? inCase(question, text) : 0,
  };
}

/** Letters by question id, for each blind reader. */
export function blindReads(questions: readonly Question[]): Map<string, Map<string, string>> {
  return new Map(
    Object.entries(tastes(questions)).map(([name, taste]) => [
      name,
      new Map(
        questions.map((question) => {
          const liked = question.options.map((option) => ({ option, by: taste(option, question) }));
          const most = Math.max(...liked.map(({ by }) => by));
          const tied = liked.filter(({ by }) => by === most);
          return [question.id, random(name, question.id).pick(tied).option.letter];
        }),
      ),
    ]),
  );
}
