// Prompts: our own wording, under a version that every run records. Only whitelisted case fields enter them.
import type { CaseRecord } from '../domain/case.ts';
import type { Question } from '../domain/question.ts';
import type { AskedCase } from '../domain/reader.ts';
import type { QuestionFormat } from '../domain/run.ts';
import { shownUnit } from '../domain/units.ts';

/** Raised whenever a word of this file changes: reads under different versions are not comparable. */
export const PROMPT_VERSION = '1';

export const SYSTEM_DIRECT =
  'You read abdominal CT for a research benchmark. Look at the scan, weigh what you see, and answer the question. ' +
  'No patient is treated by your answer, and an answer is always wanted: when you are unsure, give the most likely one.';

export const SYSTEM_TEXT_ONLY =
  'You take part in a research benchmark on abdominal CT. You are not shown the scan. ' +
  'Answer the question as well as the text allows; give the most likely answer when you are unsure.';

/** The step budget is said beforehand: after `turns` turns with calls, tools are withheld and an answer is due. */
export function systemTools(turns: number): string {
  return (
    'You read abdominal CT for a research benchmark with the help of tools that work on the one scan at hand. ' +
    'Call tools for the facts you need, one or several at a time, and answer as soon as they suffice. ' +
    'A tool that fails says why: mend the call or go another way. ' +
    `You have ${turns} ${turns === 1 ? 'turn' : 'turns'} in which tools can be called; after that only an answer counts.`
  );
}

const PHASES: Record<CaseRecord['phase'], string | undefined> = {
  unenhanced: 'unenhanced',
  arterial: 'arterial phase',
  'portal-venous': 'portal venous phase',
  delayed: 'delayed phase',
  unknown: undefined,
};

const SEXES = { F: 'female', M: 'male', O: 'other' } as const;

/** One line about the case: sex, age band, phase, grid. Nothing else of a case may be said to a model. */
export function caseLine(record: AskedCase): string {
  const facts = [
    record.sex === undefined ? undefined : `sex ${SEXES[record.sex]}`,
    record.ageBand === undefined ? undefined : `age ${record.ageBand.replace('-', '–')}`,
    PHASES[record.phase ?? 'unknown'],
    record.shape === undefined || record.spacing === undefined
      ? undefined
      : `${record.shape.join(' × ')} voxels of ${record.spacing.map((mm) => Number(mm.toFixed(3))).join(' × ')} mm`,
  ].filter((fact) => fact !== undefined);
  return `Patient and scan: ${facts.join(', ')}.`;
}

export const CONFIDENCE_HINT =
  'On a second line, write "Confidence:" and how sure you are, from 0 to 100 percent.';

export interface PromptParts {
  readonly question: Question;
  readonly case: AskedCase;
  readonly format: QuestionFormat;
  readonly evidence?: readonly string[];
  readonly confidence: boolean;
}

/** The user's text: case, established facts of a ladder rung, question, options, how to answer. */
export function questionText(parts: PromptParts): string {
  const { question, format } = parts;
  const lines = [caseLine(parts.case)];
  if (parts.evidence !== undefined && parts.evidence.length > 0)
    lines.push('', 'Established so far:', ...parts.evidence.map((statement) => `- ${statement}`));
  lines.push('', question.text);
  if (question.context !== undefined && question.context !== '') lines.push(question.context);
  if (format === 'mc') lines.push(...question.options.map((option) => `${option.letter}: ${option.text}`));
  lines.push('', answerHint(question, format));
  if (parts.confidence) lines.push(CONFIDENCE_HINT);
  return lines.join('\n');
}

function answerHint(question: Question, format: QuestionFormat): string {
  if (format === 'mc') {
    const letters = question.options.map((option) => option.letter);
    return `Answer with one letter only: ${letters.slice(0, -1).join(', ')} or ${letters[letters.length - 1]}.`;
  }
  if (question.answerKind === 'binary') return 'Answer with yes or no only.';
  if (question.answerKind === 'numeric') {
    const unit = question.unit === undefined ? '' : shownUnit(question.unit);
    return unit === '' ? 'Answer with a single number only.' : `Answer with a single number in ${unit} only.`;
  }
  return 'Answer with a short phrase only.';
}

const CONFIDENCE = /^[ \t>*_-]*confidence[ \t*_]*[:=][ \t*_]*(\d{1,3}(?:\.\d+)?)[ \t]*%?.*$/im;

/** Takes a "Confidence: 80" line off a reply: the rest, and the confidence in 0…1 when there is one. */
export function splitConfidence(reply: string): { text: string; confidence?: number } {
  const match = CONFIDENCE.exec(reply);
  if (match === null) return { text: reply };
  const percent = Number(match[1]);
  const text = (reply.slice(0, match.index) + reply.slice(match.index + match[0].length)).trim();
  return percent <= 100 ? { text, confidence: percent / 100 } : { text };
}
