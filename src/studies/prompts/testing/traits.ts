// What the scripted model takes notice of in a prompt: five kinds of sentences, and the examples.

export interface Traits {
  /** Told to commit to the likeliest answer. */
  readonly commits: boolean;
  /** Told to give nothing but the answer. */
  readonly brief: boolean;
  /** Told to explain or to think at length. */
  readonly explains: boolean;
  /** Told to look well. */
  readonly looks: boolean;
  readonly examples: number;
  /** The examples show both a bright and a dark answer. */
  readonly bothAnswers: boolean;
}

type Told = Exclude<keyof Traits, 'examples' | 'bothAnswers'>;

/** How each is recognised, and the sentence that the model itself proposes for it. */
export const TRAITS: Readonly<Record<Told, { readonly said: RegExp; readonly cure: string }>> = {
  commits: { said: /most likely answer|commit/i, cure: 'Always commit to one answer.' },
  brief: { said: /nothing else|single word/i, cure: 'Reply with a single word.' },
  explains: { said: /step by step|explain/i, cure: 'Explain how you came to it.' },
  looks: { said: /whole picture|closely/i, cure: 'Look closely first.' },
};

/** @param texts text parts of a message in order; the last is the question itself */
export function traitsOf(texts: readonly string[]): Traits {
  const lead = texts.slice(0, -1);
  const from = lead.indexOf('Example 1');
  const instruction = (from < 0 ? lead : lead.slice(0, from)).join('\n');
  const answers = lead.flatMap((text) => /^Answer: (.*)/s.exec(text)?.[1].toLowerCase() ?? []);
  const told = (trait: Told) => TRAITS[trait].said.test(instruction);
  return {
    commits: told('commits'),
    brief: told('brief'),
    explains: told('explains'),
    looks: told('looks'),
    examples: answers.length,
    bothAnswers:
      answers.some((answer) => /^(?:yes|bright)/.test(answer)) &&
      answers.some((answer) => /^(?:no|dark)/.test(answer)),
  };
}
