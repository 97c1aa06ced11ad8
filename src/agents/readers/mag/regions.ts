// Regions of a chest film by the words that reports use for them, and the sentences of a report that speak of one.

export interface Region {
  readonly id: string;
  /** As it is asked about. */
  readonly name: string;
  /** The region that holds it. */
  readonly parent?: string;
  /** Further words for it; each as a report writes it, in lower case. */
  readonly also: readonly string[];
}

const SIDES = ['right', 'left'] as const;

function sided(side: 'right' | 'left'): Region[] {
  const lung = `${side}-lung`;
  const zone = (id: string, place: string, also: readonly string[]): Region => ({
    id: `${side}-${id}`,
    name: `${side} ${place} lung zone`,
    parent: lung,
    also: [`${side} ${place} zone`, `${side} ${place} lobe`, `${place} ${side} lung`, ...also],
  });
  return [
    { id: lung, name: `${side} lung`, parent: 'lungs', also: [`${side} hemithorax`] },
    zone('upper', 'upper', [`${side} apex`, `${side} apical`, `${side} lung apex`]),
    zone('mid', 'mid', [`${side} middle lobe`, `${side} midlung`, `${side} mid lung`]),
    zone('lower', 'lower', [
      `${side} base`,
      `${side} lung base`,
      `${side} basal`,
      `${side} basilar`,
      `${side} retrocardiac`,
    ]),
    {
      id: `${side}-pleura`,
      name: `${side} costophrenic angle`,
      parent: `${side}-lung`,
      also: [`${side} pleural`, `${side} pleura`, `${side} costophrenic sulcus`, `${side}-sided effusion`],
    },
    { id: `${side}-hilum`, name: `${side} hilum`, parent: 'hila', also: [`${side} hilar`] },
    {
      id: `${side}-diaphragm`,
      name: `${side} hemidiaphragm`,
      parent: 'diaphragm',
      also: [`${side} diaphragm`],
    },
  ];
}

/** Lung zones, pleura, hila, diaphragm, heart and great vessels. Reports' further words are an assumption of this list. */
export const CHEST_REGIONS: readonly Region[] = [
  { id: 'lungs', name: 'lungs', also: ['both lungs', 'lung fields', 'bilateral'] },
  ...SIDES.flatMap(sided),
  { id: 'hila', name: 'hila', also: ['both hila', 'hilar contours'] },
  { id: 'diaphragm', name: 'diaphragm', also: ['hemidiaphragms'] },
  {
    id: 'heart',
    name: 'heart',
    parent: 'mediastinum',
    also: ['cardiac silhouette', 'heart size', 'cardiac', 'cardiomegaly', 'cardiomediastinal silhouette'],
  },
  { id: 'mediastinum', name: 'mediastinum', also: ['mediastinal', 'cardiomediastinal silhouette'] },
  { id: 'aorta', name: 'aorta', parent: 'mediastinum', also: ['aortic arch', 'aortic knob', 'aortic'] },
  { id: 'trachea', name: 'trachea', parent: 'mediastinum', also: ['tracheal'] },
  { id: 'spine', name: 'thoracic spine', also: ['vertebral bodies', 'spinal'] },
];

/** Words that stand for one region on each side. */
const PAIRS: Readonly<Record<string, readonly string[]>> = {
  bibasilar: ['right-lower', 'left-lower'],
  'both bases': ['right-lower', 'left-lower'],
  'lung bases': ['right-lower', 'left-lower'],
  'both apices': ['right-upper', 'left-upper'],
  biapical: ['right-upper', 'left-upper'],
  'pleural effusions': ['right-pleura', 'left-pleura'],
  'costophrenic angles': ['right-pleura', 'left-pleura'],
};

const byId = new Map(CHEST_REGIONS.map((region) => [region.id, region]));

/** Every wording with the regions that it means, the longest first, so that "left lung base" is not read as "left lung". */
const WORDINGS: readonly (readonly [phrase: string, regions: readonly string[]])[] = [
  ...Map.groupBy(
    [
      ...CHEST_REGIONS.flatMap(({ id, name, also }) =>
        [name, ...also].map((phrase) => [phrase, id] as const),
      ),
      ...Object.entries(PAIRS).flatMap(([phrase, ids]) => ids.map((id) => [phrase, id] as const)),
    ],
    ([phrase]) => phrase,
  ),
]
  .map(([phrase, found]) => [phrase, found.map(([, id]) => id)] as const)
  .sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));

/** Where a phrase stands as whole words; white space of any length stands for one blank. */
function placesOf(phrase: string, text: string): { from: number; to: number }[] {
  const words = phrase
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${words.join('\\s+')}(?![\\p{L}\\p{N}])`, 'giu');
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
  }));
}

/** Regions that a text names, in the order of its words; a wording inside a longer one does not count. */
export function regionsIn(text: string): string[] {
  const taken: { from: number; to: number; regions: readonly string[] }[] = [];
  for (const [phrase, regions] of WORDINGS)
    for (const { from, to } of placesOf(phrase, text))
      if (taken.every((other) => to <= other.from || from >= other.to)) taken.push({ from, to, regions });
  return [...new Set(taken.sort((a, b) => a.from - b.from).flatMap(({ regions }) => regions))];
}

/** A region by id, by name, or by any words for it; undefined for words that name none. */
export function regionNamed(text: string): string | undefined {
  return byId.has(text) ? text : regionsIn(text)[0];
}

/** The region as it is asked about; a name of the data's own stays as it is. */
export function regionName(id: string): string {
  return byId.get(id)?.name ?? id;
}

function ancestors(id: string): string[] {
  const parent = byId.get(id)?.parent;
  return parent === undefined ? [] : [parent, ...ancestors(parent)];
}

/** Whether what is said of one region bears on the other: the same, one within the other, or the whole of both. */
export function bearsOn(said: string, asked: string): boolean {
  return said === asked || ancestors(asked).includes(said) || ancestors(said).includes(asked);
}

/** Sentences of a report: at the end of a sentence or of a line; headings stay with what follows on their line. */
export function sentencesOf(report: string): string[] {
  return report
    .split(/(?<=[.!?])\s+(?=[\p{Lu}\d"(])|\s*\n+\s*/u)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

/** A region in the data's own words, where the list above does not have it. */
function ownWords(text: string, region: string): boolean {
  return !byId.has(region) && placesOf(region, text).length > 0;
}

/** The sentences of a report that speak of a region, of one within it, or of one that holds it. */
export function statementsAbout(report: string, region: string): string[] {
  return sentencesOf(report).filter(
    (sentence) => ownWords(sentence, region) || regionsIn(sentence).some((said) => bearsOn(said, region)),
  );
}

/** Statements of a report by the region that they name; one that names several stands under each. */
export function statementsByRegion(report: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const sentence of sentencesOf(report))
    for (const region of regionsIn(sentence)) found.set(region, [...(found.get(region) ?? []), sentence]);
  return found;
}
