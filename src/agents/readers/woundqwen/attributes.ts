// What is said of a surgical wound before it is judged, and the sentence that carries it into the next stage's question.

export interface WoundAttribute {
  readonly id: string;
  /** As the label sheet heads its column. */
  readonly column: string;
  /** As it stands in the sentence. */
  readonly name: string;
  /** Labels of the sheet but "Uncertain". */
  readonly values: readonly string[];
  /** Values that say nothing and are left out of the sentence besides "Uncertain". */
  readonly silent: readonly string[];
  /** False: given with the picture and asked of nobody. */
  readonly asked: boolean;
}

export const UNCERTAIN = 'Uncertain';

const presence = ['Non-existent', 'Existent'];
const attribute = (
  id: string,
  column: string,
  name: string,
  values: readonly string[],
  rest: Partial<WoundAttribute> = {},
): WoundAttribute => ({ id, column, name, values, silent: [], asked: true, ...rest });

/** In the order in which they are asked and said. */
export const ATTRIBUTES: readonly WoundAttribute[] = [
  attribute(
    'location',
    'wound_location',
    'location',
    ['Abdomen', 'Ankle', 'Facial region', 'Manus', 'Patella', 'Cervical region', 'Other'],
    { silent: ['Other'], asked: false },
  ),
  attribute('status', 'wound_status', 'healing status', ['Healed', 'Not Healed']),
  attribute('closure', 'closure_method', 'closure method', ['Sutures', 'Staples', 'Adhesives', 'Invisible']),
  attribute('exudate', 'exudate_characteristics', 'exudate', [
    'Non-existent',
    'Serous',
    'Sanguineous',
    'Purulent',
    'Seropurulent',
  ]),
  attribute('erythema', 'erythema', 'erythema', presence),
  attribute('edema', 'edema', 'edema', presence),
];

/** Attribute id → label. */
export type WoundFacts = Readonly<Record<string, string>>;

/** Facts that say something: a known label that is not "Uncertain", and no location "Other". */
export function telling(facts: WoundFacts): Record<string, string> {
  return Object.fromEntries(
    ATTRIBUTES.flatMap(({ id, values, silent }) => {
      const value = facts[id];
      return value !== undefined && values.includes(value) && !silent.includes(value) ? [[id, value]] : [];
    }),
  );
}

const OPENING = 'Established about this wound: ';

/** One sentence with everything that says something; "" when nothing does. */
export function sentenceOf(facts: WoundFacts): string {
  const said = telling(facts);
  const parts = ATTRIBUTES.flatMap(({ id, name }) => (id in said ? [`${name} is ${said[id]}`] : []));
  return parts.length === 0 ? '' : `${OPENING}${parts.join('; ')}.`;
}

/** The facts that a text's first such sentence states; what it does not state is absent. */
export function factsIn(text: string): Record<string, string> {
  const start = text.indexOf(OPENING);
  if (start < 0) return {};
  const rest = text.slice(start + OPENING.length);
  const end = rest.search(/\.(?:\s|$)/);
  const parts = rest.slice(0, end < 0 ? undefined : end).split('; ');
  return Object.fromEntries(
    parts.flatMap((part) => {
      const found = ATTRIBUTES.find(({ name }) => part.startsWith(`${name} is `));
      const value = found === undefined ? '' : part.slice(found.name.length + 4);
      return found?.values.includes(value) === true ? [[found.id, value]] : [];
    }),
  );
}

/** A label as it is written, whatever its case; undefined for what is no label of the attribute. */
export function labelOf({ values }: WoundAttribute, text: string): string | undefined {
  const wanted = text.trim().toLowerCase();
  return [...values, UNCERTAIN].find((value) => value.toLowerCase() === wanted);
}
