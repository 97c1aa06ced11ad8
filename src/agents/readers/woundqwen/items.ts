// A row of surgeons' labels as items: attributes asked of a picture, judgements that follow from them, a report.
import { random } from '../../../domain/random.ts';
import { ATTRIBUTES, type WoundFacts } from './attributes.ts';

export interface WoundRow {
  /** Begins the ids of its items; default the picture's name. */
  readonly id?: string;
  /** Name of the picture, by which items are kept together. */
  readonly image: string;
  readonly facts: WoundFacts;
  readonly risk?: string;
  readonly urgency?: string;
  readonly report?: string;
}

export type WoundTask = 'attributes' | 'risk' | 'urgency' | 'report';

export interface WoundItemOptions {
  readonly seed: string;
  readonly task: WoundTask;
  /** Classes of the judgement, as the sheet writes them. */
  readonly classes?: readonly string[];
  /** Whose attributes the item's records hold: its own row's unless said. None: no records but the location. */
  readonly told?: WoundRow | null;
  /** Name of the picture below the folder; absent: the item is one of texts. */
  readonly picture?: string;
  readonly fold: number;
  readonly split?: 'train' | 'test';
}

const QUESTIONS = {
  risk: 'How high is the risk that this surgical wound is infected?',
  urgency: 'How urgently should the patient with this surgical wound be seen?',
  report:
    'Report on this surgical wound in a few sentences: what is seen, the risk of infection, what to do.',
};

/** Item lines of one row and task; options are in a seeded order. */
export function woundItems(row: WoundRow, options: WoundItemOptions): Record<string, unknown>[] {
  const { task, told = row, picture, fold, split = 'test', seed, classes = [] } = options;
  const base = {
    patient: row.image,
    split,
    facets: { fold: String(fold) },
    ...(picture === undefined ? {} : { pictures: [picture] }),
  };
  const record = (id: string, text: string, owner: string) => ({
    id,
    kind: 'record',
    title: id,
    text,
    ...(owner === row.image ? {} : { patient: owner }),
  });
  if (task === 'attributes')
    return ATTRIBUTES.flatMap((attribute) => {
      const answer = row.facts[attribute.id];
      if (!attribute.asked || answer === undefined || !attribute.values.includes(answer)) return [];
      const id = `${row.id ?? row.image}_${attribute.id}`;
      const location = row.facts.location;
      return [
        {
          ...base,
          id,
          type: `wound-${attribute.id}`,
          stage: 'recognition',
          kind: 'categorical',
          question: attributeQuestion(attribute.name),
          options: random(seed, 'options', id).shuffle(attribute.values),
          answer,
          ...(location === undefined ? {} : { materials: [record('location', location, row.image)] }),
        },
      ];
    });
  const answer = row[task];
  if (answer === undefined || answer === '') return [];
  const id = `${row.id ?? row.image}_${task}`;
  const materials =
    told === null ? [] : Object.entries(told.facts).map(([key, value]) => record(key, value, told.image));
  return [
    {
      ...base,
      id,
      type: `wound-${task}`,
      stage: 'medical-reasoning',
      kind: task === 'report' ? 'text' : 'categorical',
      question: QUESTIONS[task],
      ...(task === 'report' ? {} : { options: random(seed, 'options', id).shuffle(classes) }),
      answer,
      ...(materials.length === 0 ? {} : { materials }),
    },
  ];
}

/** How an attribute is asked, in training items and while a wound is read. */
export function attributeQuestion(name: string): string {
  return `Look at the surgical wound. What is its ${name}?`;
}
