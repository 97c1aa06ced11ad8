// The two surveys' taxonomy of medical vision-language work: task, modality, data, metric; every method has its place in it.
import type { Method } from '../domain/method.ts';
import type { PublishedBenchmark } from './published.ts';

/** The survey's five headings, and what does not fit under any of them. */
export const TASK_GROUPS = [
  'report generation',
  'visual question answering',
  'diagnosis and prognosis',
  'localisation and segmentation',
  'image–text retrieval',
  'evaluation and safety',
] as const;
export type TaskGroup = (typeof TASK_GROUPS)[number];

/** Tasks as cards name them. A card may use no other word (the contract of published benchmarks holds it to that). */
const GROUP_OF: Readonly<Record<string, TaskGroup>> = {
  'report generation': 'report generation',
  'grounded report': 'report generation',
  'image captioning': 'report generation',
  captioning: 'report generation',
  summarisation: 'report generation',
  'lesion extraction': 'report generation',
  'visual question answering': 'visual question answering',
  'examination questions': 'visual question answering',
  'cross-modal reasoning': 'visual question answering',
  reasoning: 'visual question answering',
  'surgical video understanding': 'visual question answering',
  'computer use': 'visual question answering',
  classification: 'diagnosis and prognosis',
  diagnosis: 'diagnosis and prognosis',
  grading: 'diagnosis and prognosis',
  'treatment planning': 'diagnosis and prognosis',
  'examination planning': 'diagnosis and prognosis',
  detection: 'localisation and segmentation',
  grounding: 'localisation and segmentation',
  pointing: 'localisation and segmentation',
  counting: 'localisation and segmentation',
  measurement: 'localisation and segmentation',
  'region recognition': 'localisation and segmentation',
  'zero-shot retrieval': 'image–text retrieval',
  'odd one out': 'evaluation and safety',
  'telling pictures apart': 'evaluation and safety',
};

export const TASKS: readonly string[] = Object.keys(GROUP_OF);

export function groupOf(task: string): TaskGroup | undefined {
  return Object.hasOwn(GROUP_OF, task) ? GROUP_OF[task] : undefined;
}

/** One line of the catalogue. */
export interface CatalogueEntry {
  readonly id: string;
  readonly kind: Method['kind'];
  readonly title: string;
  readonly arxiv?: string;
  readonly year?: number;
  readonly groups: readonly TaskGroup[];
  readonly tasks: readonly string[];
  readonly modalities: readonly string[];
  /** Access, licence and size of the data; absent for what brings none of its own. */
  readonly data?: {
    readonly access: string;
    readonly licence: string;
    readonly size: string;
    readonly format: string;
  };
  /** Metrics of every mode under both protocols. */
  readonly metrics: readonly string[];
  readonly command: string;
}

const isBenchmark = (method: Method): method is PublishedBenchmark => 'card' in method;

/** A method's place. What is no benchmark is a means of evaluation, and a builder belongs where its benchmark does. */
export function catalogueEntry(method: Method, all: readonly Method[]): CatalogueEntry {
  const { id, kind, paper, command } = method;
  const writes = 'writes' in method ? method.writes : undefined;
  const home = isBenchmark(method) ? method : all.find((one) => isBenchmark(one) && one.id === writes);
  const card = home !== undefined && isBenchmark(home) ? home.card : undefined;
  const metrics = isBenchmark(method)
    ? method.modes.flatMap((mode) =>
        (['published', 'strict'] as const).flatMap((protocol) =>
          method.metrics(protocol, mode).map((one) => one.id),
        ),
      )
    : [];
  const tasks = card?.tasks ?? method.tasks ?? [];
  const groups = [...new Set(tasks.flatMap((task) => groupOf(task) ?? []))];
  return {
    id,
    kind,
    title: paper.title,
    ...(paper.arxiv === undefined ? {} : { arxiv: paper.arxiv }),
    ...(paper.year === undefined ? {} : { year: paper.year }),
    groups: groups.length > 0 ? groups : ['evaluation and safety'],
    tasks,
    modalities: card?.modalities ?? method.modalities ?? [],
    ...(isBenchmark(method)
      ? {
          data: {
            access: method.card.access,
            licence: method.card.licence,
            size: method.card.size,
            format: method.card.format,
          },
        }
      : {}),
    metrics: [...new Set(metrics)],
    command,
  };
}

export interface CatalogueFilter {
  readonly task?: string;
  readonly modality?: string;
  readonly metric?: string;
  readonly access?: string;
  readonly kind?: string;
}

const holds = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** The catalogue of methods, sorted by id, with what a filter leaves. */
export function catalogue(methods: readonly Method[], filter: CatalogueFilter = {}): CatalogueEntry[] {
  const { task, modality, metric, access, kind } = filter;
  return methods
    .map((method) => catalogueEntry(method, methods))
    .filter(
      (entry) =>
        (task === undefined || [...entry.tasks, ...entry.groups].some((one) => holds(one, task))) &&
        (modality === undefined || entry.modalities.some((one) => holds(one, modality))) &&
        (metric === undefined || entry.metrics.some((one) => holds(one, metric))) &&
        (access === undefined || entry.data?.access === access) &&
        (kind === undefined || entry.kind === kind),
    )
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.kind < b.kind ? -1 : 1));
}

/** How many entries stand under each value of each side of the taxonomy, the most frequent first. */
export function catalogueCounts(
  entries: readonly CatalogueEntry[],
): Record<
  'group' | 'task' | 'modality' | 'access' | 'metric' | 'kind',
  readonly (readonly [string, number])[]
> {
  const count = (of: (entry: CatalogueEntry) => readonly string[]) => {
    const counts = new Map<string, number>();
    for (const entry of entries)
      for (const value of new Set(of(entry))) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  };
  return {
    group: count(({ groups }) => groups),
    task: count(({ tasks }) => tasks),
    modality: count(({ modalities }) => modalities),
    access: count(({ data }) => (data === undefined ? [] : [data.access])),
    metric: count(({ metrics }) => metrics),
    kind: count(({ kind }) => [kind]),
  };
}
