// ViPET's authors' reports, answers and lesions, scored again, against the scores that they published with them.
// npx node bench/authors-outputs/vipet.ts --outputs FOLDER [--repository FOLDER] [--no-write]
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import vipet from '../../src/benchmarks/published/vipet/index.ts';
import type { Protocol } from '../../src/domain/report.ts';
import { openData, readJson } from '../../src/records/data-root.ts';
import { table, writeSection } from '../masks/section.ts';

const { values } = parseArgs({
  options: {
    outputs: { type: 'string' },
    repository: { type: 'string' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
if (values.outputs === undefined) {
  process.stderr.write(
    'Give --outputs FOLDER: report_res/ and vqa_res/ of dothanhdatle/ViPET-VLM, and --repository for its own dictionary.\n',
  );
  process.exit(2);
}

async function score(folder: string, mode: string, protocol: Protocol) {
  const data = await openData(folder);
  const options = { mode, seed: '0' };
  const items: Parameters<ReturnType<typeof vipet.metrics>[number]['of']>[0][number][] = [];
  for await (const { record, reply } of vipet.outputs?.(data, options) ?? [])
    items.push((await vipet.measure(record, reply, { protocol, mode })).item);
  return new Map(vipet.metrics(protocol, mode).map((metric) => [metric.id, 100 * (metric.of(items) ?? 0)]));
}

const folder = values.outputs;
const data = await openData(folder);
const known = async (name: string) => {
  const file = (await data.list()).find((one) => one.endsWith(name));
  return file === undefined ? {} : ((await readJson(data, file)) as Record<string, Record<string, number>>);
};
const [reports, answers, lesions] = await Promise.all(
  (['report', 'vqa', 'lesions'] as const).map((mode) => score(folder, mode, 'published')),
);
const expected = {
  report: (await known('nlp_metrics.json')).scores ?? {},
  vqa: (await known('vqa_nlp_metrics.json')).scores ?? {},
  lesions: await known('clinical_f1_full.json'),
};
let differing = 0;
const beside = (value: number | undefined, wanted: number | undefined): string[] => {
  if (value === undefined) return ['–', '–'];
  if (wanted !== undefined && Math.abs(value - wanted) > 0.00501) differing++;
  return [value.toFixed(3), wanted?.toFixed(2) ?? '–'];
};
const TEXTS = [
  ['bleu-4-method-4', 'bleu4'],
  ['rouge-1-ascii', 'rouge1'],
  ['rouge-l-ascii', 'rougeL'],
  ['rouge-1-unicode-whitespace', ''],
  ['rouge-l-unicode-whitespace', ''],
  ['brevity-penalty', ''],
] as const;
const textRows = TEXTS.map(([id, key]) => [
  id,
  ...beside(reports.get(id), expected.report[key]),
  ...beside(answers.get(id), expected.vqa[key]),
]);
const LESIONS = [
  ['f1-t', 'F1-T', 'f1'],
  ['precision-t', 'F1-T', 'precision'],
  ['recall-t', 'F1-T', 'recall'],
  ['f1-tp', 'F1-TP', 'f1'],
  ['f1-tf', 'F1-TF', 'f1'],
  ['f1-tpf', 'F1-TPF', 'f1'],
] as const;
const strict = await score(folder, 'lesions', 'strict');
const released =
  values.repository === undefined ? undefined : await score(values.repository, 'lesions', 'published');
const lesionRows = LESIONS.map(([id, key, part]) => [
  id,
  ...beside(lesions.get(id), expected.lesions[key]?.[part]),
  ...(released === undefined ? [] : [released.get(id)?.toFixed(3) ?? '–']),
  strict.get(id)?.toFixed(3) ?? '–',
]);
const strictTexts = await Promise.all(
  (['report', 'vqa'] as const).map((mode) => score(folder, mode, 'strict')),
);

const markdown = `## ViPET: the authors' own outputs

\`npx node bench/authors-outputs/vipet.ts --outputs ../shared/data/vipet-golden --repository CHECKOUT\`

202 reports, 357 answers and the lesions of both sides of the reports, as dothanhdatle/ViPET-VLM (commit 971a846) released
them with its scores (reports CC BY-NC-SA, so not part of this repository), through \`overread score vipet FOLDER --mode report | vqa |
lesions --protocol published\`; in percent. ${differing === 0 ? 'Every released score is met to its digits' : `${differing} scores differ`}.

${table(['metric', 'reports', 'released', 'answers', 'released'], textRows)}

Lesions by the terms in \`src/scoring/clinical/lesion-terms.ts\`${released === undefined ? '' : ', by the evaluator’s own dictionary beside the data,'} and under \`strict\`, where what no term
knows agrees with nothing, organs go before sides and a denial before what it denies:

${table(
  ['metric', 'published', 'released', ...(released === undefined ? [] : ['own dictionary']), 'strict'],
  lesionRows,
)}

Reports and answers under \`strict\`, where Vietnamese words stay whole and letters are composed (CIDEr-D as a share of its range of 10):

${table(
  ['metric', 'reports', 'answers'],
  [...strictTexts[0].keys()].map((id) => [
    id,
    ...strictTexts.map((own) => ((own.get(id) ?? 0) / (id === 'cider-d' ? 10 : 1)).toFixed(3)),
  ]),
)}
`;
process.stdout.write(markdown);
if (values.write)
  writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'authors-outputs/vipet', markdown);
if (differing > 0) process.exitCode = 1;
