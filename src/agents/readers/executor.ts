// executor: the gold chain run with tools; what it gets wrong, the masks or the rules get wrong.
import { executor } from '../executor.ts';

export default executor({
  id: 'executor',
  summary: "runs the question type's plan with tools and concludes from their results; sees no key",
});
