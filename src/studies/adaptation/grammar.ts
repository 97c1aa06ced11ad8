// A grammar of prompt formats: separators, spaces, option wrappers and letter cases, sampled by seed.
import type { Random } from '../../domain/random.ts';

/** Between a descriptor and what follows it. */
const SEPARATORS = [': ', ':', ' : ', ':: ', ':::', ' - ', '- ', ' ', '', '\n', '\n ', '\n\t', '\t'] as const;
/** Between question, options and answer. */
const SPACES = ['\n', '\n\n', ' || ', ' '] as const;
/** Between two options. */
const OPTION_SPACINGS = ['\n', '\n\n', ' ', '; ', ', ', ' || ', '\t', '\n- '] as const;
const CASES = {
  'as-is': (word: string) => word,
  upper: (word: string) => word.toUpperCase(),
  lower: (word: string) => word.toLowerCase(),
  title: (word: string) => word.replace(/\b\p{L}/gu, (letter) => letter.toUpperCase()),
  'first-upper': (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
  starred: (word: string) => `**${word}**`,
} as const;
const WRAPPERS = {
  '(A)': (letter: string) => `(${letter})`,
  'A.': (letter: string) => `${letter}.`,
  'A)': (letter: string) => `${letter})`,
  'A )': (letter: string) => `${letter} )`,
  '[A]': (letter: string) => `[${letter}]`,
  '<A>': (letter: string) => `<${letter}>`,
} as const;

export interface Template {
  readonly separator: string;
  readonly space: string;
  readonly optionSpacing: string;
  readonly wording: keyof typeof CASES;
  readonly wrapper: keyof typeof WRAPPERS;
  readonly options: 'Options' | 'Choices';
  readonly answer: 'Answer' | 'The answer is';
}

export const DEFAULT_TEMPLATE: Template = {
  separator: ': ',
  space: '\n',
  optionSpacing: '\n',
  wording: 'as-is',
  wrapper: '(A)',
  options: 'Options',
  answer: 'Answer',
};

/** System prompts of our own: the first is the default, and three of the others are tried. */
export const SYSTEM_PROMPTS = [
  'Answer the multiple-choice question about the medical image with the letter of one option.',
  'You are a physician. Choose the one option that is right.',
  'You sit a medical board examination. Give the letter of the right option and nothing else.',
  'Look at the picture, compare the options, and answer with one letter.',
  'You are a careful radiologist. Answer with the letter of the best option.',
  'Exactly one option is right. Say which, by its letter.',
  'You help researchers test medical knowledge. Answer every question with one letter.',
  'Use your knowledge of anatomy and disease to choose the right option. Reply with its letter.',
  'Give a direct answer: the letter of the option that you find most likely.',
  'Think as a specialist would, then state only the letter of your choice.',
  'An answer is always wanted: when in doubt, give the letter of the likeliest option.',
] as const;

/** Draws a template. A space without a line break takes no separator with one, as the two would fall apart. */
export function sampleTemplate(rng: Random): Template {
  const space = rng.pick(SPACES);
  const separators = space.includes('\n') ? SEPARATORS : SEPARATORS.filter((one) => !one.includes('\n'));
  const spacings = space.includes('\n')
    ? OPTION_SPACINGS
    : OPTION_SPACINGS.filter((one) => !one.includes('\n'));
  return {
    space,
    separator: rng.pick(separators),
    optionSpacing: rng.pick(spacings),
    wording: rng.pick(Object.keys(CASES) as (keyof typeof CASES)[]),
    wrapper: rng.pick(Object.keys(WRAPPERS) as (keyof typeof WRAPPERS)[]),
    options: rng.pick(['Options', 'Choices'] as const),
    answer: rng.pick(['Answer', 'The answer is'] as const),
  };
}

/** `count` different templates besides the default one; the same seed draws the same. */
export function sampleTemplates(rng: Random, count: number): Template[] {
  const found = new Map<string, Template>([[JSON.stringify(DEFAULT_TEMPLATE), DEFAULT_TEMPLATE]]);
  while (found.size <= count) {
    const template = sampleTemplate(rng);
    found.set(JSON.stringify(inOrder(template)), template);
  }
  return [...found.values()].slice(1);
}

function inOrder(template: Template): Template {
  const { separator, space, optionSpacing, wording, wrapper, options, answer } = template;
  return { separator, space, optionSpacing, wording, wrapper, options, answer };
}

export interface ChoiceText {
  readonly question: string;
  readonly options: readonly { readonly letter: string; readonly text: string }[];
}

/** A question in a format. With `key`, as a solved example; without, open at the answer. */
export function renderChoice({ question, options }: ChoiceText, template: Template, key?: string): string {
  const said = CASES[template.wording];
  const { separator, space } = template;
  const listed = options
    .map(({ letter, text }) => `${WRAPPERS[template.wrapper](letter)} ${text}`)
    .join(template.optionSpacing);
  const before = /\s$/.test(separator) || key === undefined ? separator : `${separator} `;
  const answer = key === undefined ? separator.trimEnd() : `${before}${key}`;
  return [
    `${said('Question')}${separator}${question}`,
    `${said(template.options)}${separator}${listed}`,
    `${said(template.answer)}${answer}`,
  ].join(space);
}
