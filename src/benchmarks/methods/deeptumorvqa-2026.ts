// DeepTumorVQA 2026: questions in four stages whose answers are chains of tool calls, read with and without tools.
import type { Method } from '../../domain/method.ts';
import { cellOf, pairOf } from '../check-report.ts';

/** Cases of the check: twice round the phantom recipes. */
const CASES = 32;

/**
 * Check: the executor on noisy masks must beat the habits of the training split (`most-frequent`), the executor on
 * annotated masks must be right throughout, and another patient's tool results (`executor-shuffled`) must be worth
 * no more than those habits. With the published loop of five steps, one call a turn, types that need more calls fail.
 */
const method: Method = {
  id: 'deeptumorvqa-2026',
  kind: 'benchmark',
  summary: 'hierarchical 3D CT questions with evidence chains, read by tool-using agents',
  paper: {
    title:
      'DeepTumorVQA: A Hierarchical 3D CT Benchmark for Stage-Wise Evaluation of Medical VLMs and Tool-Augmented Agents',
    arxiv: '2605.09679',
    url: 'https://github.com/Schuture/DeepTumorVQA',
    year: 2026,
  },
  command: 'overread build SOURCE --out DIR && overread run DIR --reader tools@MODEL#oracle',
  tasks: ['visual question answering', 'measurement', 'diagnosis'],
  modalities: ['CT'],
  needs: ['annotated CT (masks of organs and lesions)'],
  async check(context) {
    const report = await context.readPhantoms({
      cases: CASES,
      readers: [
        'most-frequent',
        'executor-shuffled',
        'executor-published',
        'executor#predicted',
        'executor#oracle',
      ],
      format: 'mc',
      protocol: 'strict',
      criteria: 'published',
    });
    const baseline = cellOf(report, 'most-frequent');
    const predicted = cellOf(report, 'executor#predicted');
    const oracle = cellOf(report, 'executor#oracle');
    const limited = cellOf(report, 'executor-published');
    const gain = pairOf(report, 'executor#predicted', 'most-frequent');
    const control = pairOf(report, 'executor-shuffled', 'most-frequent');
    const held = control.low <= 0;
    return {
      passed: oracle.score === 1 && gain.low > 0 && held && limited.score < oracle.score,
      baseline: { name: 'most-frequent', value: baseline.score },
      result: { name: 'executor#predicted', value: predicted.score },
      ...(predicted.ci95 === null ? {} : { ci95: predicted.ci95 }),
      mustNotWin: {
        regime: 'tool results of another patient, as a gain over most-frequent',
        value: control.difference,
        held,
      },
      detail: `executor#oracle ${oracle.score.toFixed(3)}, in the published five-step loop ${limited.score.toFixed(3)}`,
    };
  },
};
export default method;
