// DeepTumorVQA 2025: questions generated from the masks of annotated CT, read directly.
import type { Method } from '../../domain/method.ts';
import { cellOf, pairOf } from '../check-report.ts';

const CASES = 32;

/**
 * Check: what the generator calls the answer must be reachable from the annotation (the executor on annotated masks,
 * free form, under the released evaluator) and not from habit (`most-frequent`); a reader that looks at the options
 * only must stay at chance.
 */
const method: Method = {
  id: 'deeptumorvqa-2025',
  kind: 'benchmark',
  summary: 'questions generated from organ and lesion masks of abdominal CT, multiple choice and free form',
  paper: {
    title:
      'Are Vision Language Models Ready for Clinical Diagnosis? A 3D Medical Benchmark for Tumor-centric Visual Question Answering',
    arxiv: '2505.18915',
    url: 'https://github.com/Schuture/DeepTumorVQA',
    year: 2025,
  },
  command:
    'overread build SOURCE --out DIR --rules radgpt --criteria published && overread run DIR --reader MODEL',
  tasks: ['visual question answering', 'measurement', 'diagnosis'],
  modalities: ['CT'],
  needs: ['annotated CT (masks of organs and lesions)'],
  async check(context) {
    const free = await context.readPhantoms({
      cases: CASES,
      readers: ['most-frequent', 'executor#oracle'],
      format: 'free',
      protocol: 'published',
      criteria: 'published',
    });
    const choice = await context.readPhantoms({
      cases: CASES,
      readers: ['longest-option', 'random'],
      format: 'mc',
      protocol: 'published',
      criteria: 'published',
    });
    const baseline = cellOf(free, 'most-frequent');
    const result = cellOf(free, 'executor#oracle');
    const gain = pairOf(free, 'executor#oracle', 'most-frequent');
    const options = cellOf(choice, 'longest-option');
    const held = options.ci95 !== null && options.chance !== null && options.ci95[0] <= options.chance;
    return {
      passed: gain.low > 0 && result.score > 0.99 && held,
      baseline: { name: 'most-frequent (free form)', value: baseline.score },
      result: { name: 'executor#oracle (free form)', value: result.score },
      ...(result.ci95 === null ? {} : { ci95: result.ci95 }),
      mustNotWin: {
        regime: `options only, longest-option, chance ${options.chance?.toFixed(3)}`,
        value: options.score,
        held,
      },
    };
  },
};
export default method;
