// A prompt study for people: one line per optimiser, then what may and may not be concluded.
import { alignedTable, markdownTable, type Rows, shown, withInterval } from '../tables.ts';
import type { Spending } from './ledger.ts';
import type { OptimiserResult, PromptStudy } from './study.ts';

const HEAD = [
  'optimiser',
  'calls',
  'tokens in',
  'tokens out',
  'cost',
  'validation',
  'test',
  'gain [95 %]',
  'relative',
  'verdict',
];

function percent(value: number | null): string {
  return value === null ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(0)} %`;
}

function cost({ costUsd }: Spending): string {
  return costUsd === undefined ? '–' : `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`;
}

function rowOf({ optimiser, spent, validation, test, gain, keptBase }: OptimiserResult): string[] {
  const { relative, relativeCi95: range } = gain;
  return [
    optimiser,
    String(spent.calls),
    String(spent.inputTokens),
    String(spent.outputTokens),
    cost(spent),
    shown(validation),
    shown(test),
    withInterval(gain.absolute, gain.ci95),
    range === null ? percent(relative) : `${percent(relative)} [${percent(range[0])}, ${percent(range[1])}]`,
    keptBase ? `${gain.verdict} (base kept)` : gain.verdict,
  ];
}

export function tableOf(study: PromptStudy): Rows {
  const { base } = study;
  const none = ['base prompt', '–', '–', '–', '–', shown(base.validation), shown(base.test), '–', '–', '–'];
  return [HEAD, none, ...study.results.map(rowOf)];
}

/** What the numbers say, in sentences. */
export function conclusionsOf(study: PromptStudy): string[] {
  const { results, items, clusters, baseline, metric, better, base } = study;
  const gained = results.filter(({ gain }) => gain.verdict === 'gain').map(({ optimiser }) => optimiser);
  const beaten = results
    .filter(({ against }) => against?.verdict === 'gain')
    .map(
      ({ optimiser, against }) =>
        `${optimiser} (${withInterval(against?.absolute ?? null, against?.ci95 ?? null)})`,
    );
  const sum = (of: (spent: Spending) => number) => results.reduce((total, { spent }) => total + of(spent), 0);
  const [cached, failed] = [sum((spent) => spent.cached), sum((spent) => spent.failed)];
  return [
    gained.length === 0
      ? 'No gain shown: on the test part no optimiser’s interval lies above zero.'
      : `Gain shown by ${gained.join(', ')}.`,
    ...(baseline === null || results.length < 2
      ? []
      : [
          beaten.length === 0
            ? `No optimiser is shown to be better than ${baseline} at the same number of calls.`
            : `Better than ${baseline} at the same number of calls: ${beaten.join(', ')}.`,
        ]),
    `${metric}, ${better} is better; positive gains are improvements. Prompts were chosen on ${items.validation} validation items and measured on ${items.test} test items (${clusters.test} clusters) that no search saw; ${study.testCalls} calls read them besides.`,
    ...(base.test !== null && Math.abs(base.test) < 0.1
      ? ['The base scores so little that a relative gain says little: read the absolute one.']
      : []),
    ...(gained.length > 0 && results.length > 1
      ? ['Each interval stands by itself: the best of several optimisers is favoured by chance.']
      : []),
    ...(failed > 0
      ? [`${failed} reads failed and count as wrong answers: run the same command again to ask them anew.`]
      : []),
    ...(cached > 0
      ? [
          `${cached} calls were answered from the cache; they count as calls and tokens, and cost nothing now.`,
        ]
      : []),
  ];
}

/** The chosen prompts, word for word. */
function promptsOf({ results }: PromptStudy): { readonly optimiser: string; readonly lines: string[] }[] {
  return results.map(({ optimiser, prompt }) => ({
    optimiser,
    lines: [
      prompt.instruction === '' ? '(no instruction)' : prompt.instruction,
      ...(prompt.examples.length === 0
        ? []
        : [`Examples: ${prompt.examples.map(({ questionId }) => questionId).join(', ')}`]),
    ],
  }));
}

const title = ({ benchmark, mode, protocol, reader, calls }: PromptStudy) =>
  `Prompts for ${reader} on ${benchmark} (mode ${mode}, protocol ${protocol}), ${calls} calls each`;

export function promptStudyText(study: PromptStudy): string {
  return [
    title(study),
    '',
    alignedTable(tableOf(study)),
    '',
    ...conclusionsOf(study),
    '',
    ...promptsOf(study).flatMap(({ optimiser, lines }) => [
      `${optimiser}:`,
      ...lines.map((line) => `  ${line}`),
    ]),
  ].join('\n');
}

export function promptStudyMarkdown(study: PromptStudy): string {
  return [
    `## ${title(study)}`,
    markdownTable(tableOf(study)),
    conclusionsOf(study).join(' '),
    ...promptsOf(study).map(({ optimiser, lines }) =>
      [
        `**${optimiser}**`,
        ...lines
          .join('\n')
          .split('\n')
          .map((line) => `> ${line}`),
      ].join('\n'),
    ),
  ].join('\n\n');
}
