// The released metrics: letter against letter, mean relative accuracy, yes/no, normalised exact match.
import type { ScoringProtocol } from '../protocol.ts';
import { extractBinary, extractNumber, normalizeText } from '../published/extract.ts';
import { relativeAccuracy, relativeError } from '../published/metrics.ts';
import { strip } from '../published/python-text.ts';

const published: ScoringProtocol = {
  id: 'published',
  summary: 'The released metrics over the released parser.',
  score(question, key, answer, format) {
    if (format === 'mc')
      return answer.kind === 'choice' && answer.letter === strip(key.letter).toUpperCase() ? 1 : 0;
    if (question.answerKind === 'numeric') {
      const gold = extractNumber(key.answer);
      return answer.kind === 'number' && gold !== undefined ? relativeAccuracy(answer.value, gold) : 0;
    }
    if (answer.kind !== 'text') return 0;
    const gold = question.answerKind === 'binary' ? extractBinary(key.answer) : normalizeText(key.answer);
    return gold !== '' && answer.text === gold ? 1 : 0;
  },
  relativeError(_question, key, answer) {
    const gold = extractNumber(key.answer);
    return gold === undefined || answer.kind !== 'number' ? undefined : relativeError(answer.value, gold);
  },
};

export default published;
