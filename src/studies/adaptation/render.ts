// The adaptation study as tables: accuracies per pair and benchmark, then how often adaptation wins, ties and loses.
import { type Rows, shown, withInterval } from '../tables.ts';
import type { AdaptationStudy, Comparison } from './run.ts';

export interface Section {
  readonly title: string;
  readonly rows: Rows;
}

const shotName = (shots: number): string => (shots === 0 ? 'zero-shot' : `${shots}-shot`);

function detail(c: Comparison): string[] {
  return [
    c.pair,
    c.benchmark,
    withInterval(c.base.accuracy, c.base.ci95),
    withInterval(c.adapted.accuracy, c.adapted.ci95),
    withInterval(c.difference, c.ci95),
    c.relative === null ? '–' : `${(100 * c.relative).toFixed(1)} %`,
    c.verdict,
    String(c.n),
  ];
}

export function sectionsOf(study: AdaptationStudy): Section[] {
  const groups = Map.groupBy(study.comparisons, ({ shots, prompts }) => `${shots} ${prompts}`);
  return [
    ...[...groups.values()].map((group): Section => {
      const [{ shots, prompts }] = group;
      return {
        title: `${shotName(shots)}, ${prompts === 'own' ? 'each model with its own best prompt' : 'both with the adapted model’s prompt'}`,
        rows: [
          ['pair', 'benchmark', 'base', 'adapted', 'adapted − base', 'relative', 'verdict', 'n'],
          ...group.map(detail),
        ],
      };
    }),
    {
      title: 'How often adaptation wins, ties and loses, in percent',
      rows: [
        ['shots', 'prompts', 'comparisons', 'win', 'tie', 'loss'],
        ...study.rates.map(({ shots, prompts, comparisons, win, tie, loss }) => [
          shotName(shots),
          prompts,
          String(comparisons),
          win.toFixed(1),
          tie.toFixed(1),
          loss.toFixed(1),
        ]),
      ],
    },
    {
      title: 'Questions',
      rows: [
        ['benchmark', 'train', 'validation', 'test', 'open, left out', 'without pictures', 'chance'],
        ...study.items.map(({ benchmark, train, validation, test, open, pictureless, chance }) => [
          benchmark,
          String(train),
          String(validation),
          String(test),
          String(open),
          String(pictureless),
          shown(chance),
        ]),
      ],
    },
  ];
}
