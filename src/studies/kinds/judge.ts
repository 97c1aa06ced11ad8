// Judge: how far a model that judges replies agrees with people, before any score rests on it.
import type { OptionCard } from '../../benchmarks/builder.ts';
import { OverreadError } from '../../domain/errors.ts';
import { judgeAgreement } from '../../experts/judging/judge-agreement.ts';
import { openJudge } from '../../experts/judging/judge-with-rubric.ts';
import { checkJudging } from '../judging/check.ts';
import { agreementRows, readLabelled } from '../judging/labelled.ts';
import { optionOf, type Study } from '../study.ts';
import { alignedTable, markdownTable } from '../tables.ts';

const options: readonly OptionCard[] = [
  { name: 'judge', value: 'MODEL', about: 'the model that judges: PROVIDER/MODEL' },
  {
    name: 'items',
    value: 'FILE',
    about: 'JSON lines of {reference, answer, label} and, where known, {question, id, cluster}',
  },
  {
    name: 'rubric',
    value: 'NAME',
    about: 'agreement (1 to 5), yes-no (0, 1), report (0 to 10) or explained (0 to 3)',
    default: 'agreement',
  },
];

const judge: Study = {
  id: 'judge',
  kind: 'study',
  summary: 'agreement of a judging model with labelled items: equal scores, κ, Kendall’s τ, bias',
  paper: {
    title: 'SURE-VQA: Systematic Understanding of Robustness Evaluation in Medical VQA Tasks',
    arxiv: '2411.19688',
    year: 2024,
  },
  command: 'overread study judge --judge MODEL --items labelled.jsonl',
  needs: ['items that people have scored'],
  options,
  async run(context) {
    const [model, file] = ['judge', 'items'].map((name) => context.options[name]?.at(-1));
    if (model === undefined || file === undefined)
      throw new OverreadError('bad-argument', 'Name the judge and the items: --judge MODEL --items FILE.');
    const items = await readLabelled(file);
    const rubric = optionOf(context, options, 'rubric');
    const opened = await openJudge(context.gateway, model, rubric, { signal: context.signal });
    const found = await judgeAgreement(opened, items, { seed: context.seed });
    const { measures, table } = agreementRows(found);
    return {
      result: found,
      text: `${found.judge}\n${alignedTable(measures)}\n\n${alignedTable(table)}`,
      markdown: `# Agreement of ${found.judge}\n\n${markdownTable(measures)}\n\n${markdownTable(table)}`,
    };
  },
  check: checkJudging,
};
export default judge;
