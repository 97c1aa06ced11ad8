// Our own metrics: the same four, over answers stated without doubt and converted to the question's unit.
import type { Key } from '../../domain/question.ts';
import type { ScoringProtocol } from '../protocol.ts';
import { extractNumber } from '../published/extract.ts';
import { relativeAccuracy, relativeError } from '../published/metrics.ts';
import { canonicalLabel } from '../strict/label.ts';

/** The key's value in the question's unit; a key without one has it in its text. */
function goldValue(key: Key): number | undefined {
  return key.value ?? extractNumber(key.answer);
}

const strict: ScoringProtocol = {
  id: 'strict',
  summary: 'Accuracy and relative accuracy of answers stated without doubt.',
  score(question, key, answer, format) {
    if (format === 'mc') return answer.kind === 'choice' && answer.letter === key.letter ? 1 : 0;
    if (question.answerKind === 'numeric') {
      const gold = goldValue(key);
      return answer.kind === 'number' && gold !== undefined ? relativeAccuracy(answer.value, gold) : 0;
    }
    if (answer.kind !== 'text') return 0;
    return canonicalLabel(answer.text) === canonicalLabel(key.answer) ? 1 : 0;
  },
  relativeError(_question, key, answer) {
    const gold = goldValue(key);
    return gold === undefined || answer.kind !== 'number' ? undefined : relativeError(answer.value, gold);
  },
};

export default strict;
