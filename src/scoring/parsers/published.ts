// The released scorer's reading of a reply, faults included: "Answer: B" is A, "1,234.5" is 1, "Normal" is no.
import type { AnswerParser } from '../parser.ts';
import {
  extractBinary,
  extractLetter,
  extractNumber,
  normalizeText,
  stripThink,
} from '../published/extract.ts';

const published: AnswerParser = {
  id: 'published',
  summary: 'As the released scorer reads replies, faults included.',
  parse(question, raw, format) {
    if (format === 'mc') {
      const letter = extractLetter(raw);
      return letter === ''
        ? { ok: false, reason: 'no letter from A to D' }
        : { ok: true, answer: { kind: 'choice', letter } };
    }
    const text = stripThink(raw);
    if (question.answerKind === 'numeric') {
      const value = extractNumber(text);
      return value === undefined
        ? { ok: false, reason: 'no number' }
        : { ok: true, answer: { kind: 'number', value } };
    }
    const label = question.answerKind === 'binary' ? extractBinary(text) : normalizeText(text);
    if (label !== '') return { ok: true, answer: { kind: 'text', text: label } };
    return { ok: false, reason: question.answerKind === 'binary' ? 'neither yes nor no' : 'nothing is said' };
  },
};

export default published;
