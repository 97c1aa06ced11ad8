// Readers so simple that their scores can be computed: constant replies, guesses, the longest option, the habit.
import type { TrivialBaseline } from './published.ts';

/** Says the same to everything. */
export function constant(text: string, id = `always-${kebab(text)}`): TrivialBaseline {
  return { id, summary: `answers "${text}" to everything`, reply: () => text };
}

export interface OptionBaseline {
  /** How a letter is said in the form that the mode asks for. Default: the letter. */
  readonly say?: (letter: string) => string;
}

/** Picks one of the options by chance; says nothing where there is none. */
export function randomOption({ say = (letter) => letter }: OptionBaseline = {}): TrivialBaseline {
  return {
    id: 'random-option',
    summary: 'one of the options by chance',
    reply({ options }, _, draw) {
      const option = options[Math.floor(draw() * options.length)];
      return option === undefined ? '' : say(option.letter);
    },
  };
}

/** Always the option at this place, where the question has as many. */
export function optionAt(place: number, { say = (letter) => letter }: OptionBaseline = {}): TrivialBaseline {
  const letter = String.fromCharCode(65 + place);
  return {
    id: `always-${letter.toLowerCase()}`,
    summary: `option ${letter} every time`,
    reply({ options }) {
      const option = options[place];
      return option === undefined ? '' : say(option.letter);
    },
  };
}

/** The option with the longest text: keys written with more care than distractors give themselves away. */
export function longestOption({ say = (letter) => letter }: OptionBaseline = {}): TrivialBaseline {
  return {
    id: 'longest-option',
    summary: 'the option with the longest text',
    reply({ options }) {
      const longest = options.reduce<(typeof options)[number] | undefined>(
        (best, option) => (best === undefined || option.text.length > best.text.length ? option : best),
        undefined,
      );
      return longest === undefined ? '' : say(longest.letter);
    },
  };
}

/** The reply that is right most often among training questions of the same type. */
export function mostFrequent(fallback = ''): TrivialBaseline {
  return {
    id: 'most-frequent',
    summary: 'what is right most often among training questions of the type',
    usesTraining: true,
    reply: (item, train) => train.mostFrequent(item) ?? fallback,
  };
}

function kebab(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'nothing'
  );
}
