// What a report states about a question's finding, negation heeded: the reading of the simulated reader in checks and demonstrations.

/** Words that do not tell one finding from another. */
const COMMON: ReadonlySet<string> = new Set(
  `a acute an and any apparent appear appearance are as at be been can chest consistent demonstrate demonstrated detect
  detected do does evidence evident exhibit film finding findings for from has have identified image images imaging in
  indicate indicated indication is it its mention mentioned no normal not note noted observed of on or patient per
  present presence radiograph ray report reveal revealed see seen show shown shows sign signs size stated suggest suggestion
  suggestive the there these this to visible visualized was were what with within x xray clear unremarkable intact limits
  please choose two options yes following answer one word only`.split(/\s+/),
);

/** Different words for one thing. */
const SAME: readonly (readonly [pattern: RegExp, stem: string])[] = [
  [/^(cardiac|cardio\w*|heart)$/, 'heart'],
  [/^(enlarge\w*|megaly)$/, 'enlarge'],
  [/^(effusions?)$/, 'effusion'],
  [/^(lungs?|pulmonary)$/, 'lung'],
  [/^(bon[ey]s?|bony|osseous|skelet\w*)$/, 'bone'],
  [/^(opacit\w+|opacification)$/, 'opacity'],
  [/^(consolidat\w+|airspace)$/, 'consolidation'],
  [/^(pneumothora\w+)$/, 'pneumothorax'],
  [/^(fracture[sd]?)$/, 'fracture'],
  [/^(silhouette|mediastin\w+|contours?)$/, 'mediastinum'],
];

function stemOf(word: string): string {
  const known = SAME.find(([pattern]) => pattern.test(word));
  return known === undefined ? word.replace(/(?<=\w{3})(ies|es|s)$/, '') : known[1];
}

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

/** What a question is about, as stems; "cardiomegaly" is an enlarged heart. */
export function aboutOf(question: string): ReadonlySet<string> {
  const text = question.replace(/cardiomegaly/gi, 'enlarged heart');
  return new Set(
    wordsIn(text)
      .filter((word) => !COMMON.has(word))
      .map(stemOf),
  );
}

const NORMAL =
  /\b(normal|clear|unremarkable|intact|within normal limits|stable|midline|well[- ]expanded|free of)\b/i;
const NEGATION = /\b(no|without|not|nor|negative for|free of|absence of|neither|resolved)\b/i;

/** A question that asks whether something is as it should be. */
export const asksForNormal = (question: string): boolean =>
  /\b(normal|clear|unremarkable|intact|within normal limits|free of|free from)\b/i.test(question);

interface Statement {
  /** Words of the question that the sentence has. */
  readonly shared: number;
  readonly abnormal: boolean;
}

function statementOf(sentence: string, about: ReadonlySet<string>): Statement | undefined {
  const text = sentence.replace(/cardiomegaly/gi, 'enlarged heart');
  const shared = new Set(
    wordsIn(text)
      .map(stemOf)
      .filter((stem) => about.has(stem)),
  ).size;
  if (shared === 0) return undefined;
  const first = text.search(NEGATION);
  // What follows "but" or "however" is no longer denied.
  const denied = first >= 0 && !/\b(but|however|except)\b/i.test(text.slice(first));
  return { shared, abnormal: !(denied || NORMAL.test(text)) };
}

/** "yes" or "no" to the question as a report states it; undefined where no sentence speaks of it. */
export function statedAnswer(report: string, question: string): 'yes' | 'no' | undefined {
  const about = aboutOf(question);
  let best: Statement | undefined;
  for (const sentence of report.split(/(?<=[.;!?])\s+|\n+/)) {
    const found = statementOf(sentence, about);
    if (found !== undefined && found.shared > (best?.shared ?? 0)) best = found;
  }
  if (best === undefined) return undefined;
  return best.abnormal === asksForNormal(question) ? 'no' : 'yes';
}

/** The texts inside a prompt's numbered references. */
export function referencesIn(prompt: string): string[] {
  return [...prompt.matchAll(/<reference number="\d+"[^>]*>\n([\s\S]*?)\n<\/reference>/g)].map(
    ([, text]) => text,
  );
}
