// Our own reading of a reply: what is stated without doubt, or the reason why nothing is.
import type { AnswerParser } from '../parser.ts';
import { parseChoice } from '../strict/choice.ts';
import { parseLabel, parseYesNo } from '../strict/label.ts';
import { parseQuantity } from '../strict/number.ts';

const strict: AnswerParser = {
  id: 'strict',
  summary: 'An answer stated without doubt, units converted; otherwise a reason.',
  parse(question, raw, format) {
    if (format === 'mc') {
      const choice = parseChoice(raw, question.options);
      return choice.ok ? { ok: true, answer: { kind: 'choice', letter: choice.letter } } : choice;
    }
    if (question.answerKind === 'numeric') {
      const quantity = parseQuantity(raw, question.unit);
      if (!quantity.ok) return quantity;
      const { value, unit } = quantity;
      return {
        ok: true,
        answer: unit === undefined ? { kind: 'number', value } : { kind: 'number', value, unit },
      };
    }
    const label = question.answerKind === 'binary' ? parseYesNo(raw) : parseLabel(raw, question.options);
    return label.ok ? { ok: true, answer: { kind: 'text', text: label.text } } : label;
  },
};

export default strict;
