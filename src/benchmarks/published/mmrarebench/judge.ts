// What the judge is asked in each track: the released criteria in our own words, one answer a line.
import { QUESTIONS, type Track } from './scores.ts';

/** What a reply is judged against. */
export interface Rubric {
  readonly answer: string;
  readonly aliases: readonly string[];
  /** Treatments that must be there, or findings, or tests. */
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
  readonly redFlags: readonly string[];
  /** confirm, complement or contrast. */
  readonly relation: string;
}

/** Of the rubric below; part of the judge's id. */
export const RUBRIC_VERSION = '1';

const CRITERIA: Readonly<Record<Track, readonly string[]>> = {
  diagnosis: [
    'Exact: the reply names the reference diagnosis or one of its accepted names; a parent category, a sibling or a related disease is NO.',
    'Category: the organ system and the kind of disease are right, even where the diagnosis is not.',
    'Specific: the reply names one definite disease, not a broad term such as "infection" or "tumour".',
  ],
  treatment: [
    'The very treatments of the reference are named; a class of drugs or a kind of therapy is NO.',
    'Drugs are named with doses and routes that agree with the reference; a missing dose is NO.',
    'Nothing in the reply is unsafe, contraindicated or forbidden by the rubric.',
    'Follow-up has definite times and definite things to monitor.',
    'The mechanism of the disease is understood and used to justify the treatment.',
    'A clinician could carry the plan out as it stands.',
  ],
  crossmodal: [
    'Every key finding of the rubric is named definitely; one missing is NO.',
    'It is said explicitly how findings of different modalities relate, not just what each shows.',
    'The relation is classified exactly as expected: confirm, complement or contrast.',
    'All reasoning is about this case and nothing in it is wrong.',
    'The findings are brought together to an insight that no modality gives alone.',
  ],
  examination: [
    'Coverage: 2 = more than 95 % of the key tests by their exact names in the right priority; 1 = 60 to 95 %, or imprecise names; 0 = less.',
    'Specificity: 2 = every test with region, contrast, sequences or views; 1 = some; 0 = most by modality only.',
    'Order: 2 = first line, second line and confirmation with explicit conditions; 1 = some order; 0 = a flat list.',
    'Expected findings: 2 = for each major test; 1 = for some; 0 = none.',
    'Quantities: 2 = thresholds or scores for most tests; 1 = for some; 0 = none.',
    'Differential: 2 = each test rules definite diagnoses in or out; 1 = some do; 0 = none.',
    'Patient: 2 = tests adapted to age, other diseases and history; 1 = these are mentioned; 0 = generic.',
    'Precision: 2 = nothing redundant and each test justified; 1 = some redundancy; 0 = indiscriminate.',
  ],
};

const list = (label: string, entries: readonly string[]): string =>
  entries.length === 0 ? '' : `${label}: ${entries.join('; ')}\n`;

/** The whole prompt for one reply. */
export function judgePrompt(track: Track, question: string, reply: string, rubric: Rubric): string {
  const count = QUESTIONS[track];
  const scale = track === 'examination';
  const facts = {
    diagnosis: list('Accepted names', rubric.aliases),
    treatment: list('Required', rubric.required) + list('Forbidden', rubric.forbidden),
    crossmodal:
      list('Key findings', rubric.required) +
      list('Relation', rubric.relation === '' ? [] : [rubric.relation]),
    examination:
      list('Key tests', rubric.required) +
      list('Red flags to rule out', rubric.redFlags) +
      list('Tests that must not be ordered', rubric.forbidden),
  }[track];
  return [
    `You judge the reply of a model to a question about a rare disease. Be strict${scale ? ': 2 is rare, 1 is what a competent reply gets, 0 is clearly inadequate' : ': YES only where a criterion is wholly, explicitly and definitely met, NO in doubt'}.`,
    `Question: ${question}`,
    `Reference: ${rubric.answer}\n${facts}`.trim(),
    `Reply: ${reply}`,
    CRITERIA[track].map((criterion, at) => `${at + 1}. ${criterion}`).join('\n'),
    scale
      ? `Give ${count} scores (0, 1 or 2), one per line, and nothing else.`
      : `Give ${count} answers (YES or NO), one per line, and nothing else.`,
  ].join('\n\n');
}
