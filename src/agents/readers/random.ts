// random: a uniformly drawn option; in free form, the answer of a random training question of the same type.
import { random } from '../../domain/random.ts';
import { baseline, isPublishedYesNo, needsPrior } from '../baseline.ts';

export default baseline({
  id: 'random',
  summary: 'draws an option uniformly; free form: a random training answer of the type, or yes or no',
  formats: ['mc', 'free'],
  usesPrior: true,
  answer: (task, prior) => {
    const rng = random(task.seed, 'random');
    if (task.format === 'mc') return rng.pick(task.question.options).letter;
    if (prior !== undefined) return prior.answer(rng.int(prior.size));
    return isPublishedYesNo(task.question) ? rng.pick(['yes', 'no']) : needsPrior;
  },
});
