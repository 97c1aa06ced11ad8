// A question as a person reads it blind: words, options and numbered pictures; no id, no kind, nothing that tells.
import type { CaseRecord } from '../../../domain/case.ts';
import { formatOf, type Question } from '../../../domain/question.ts';
import type { Answer, Read } from '../../../domain/read.ts';
import type { AskedCase } from '../../../domain/reader.ts';
import type { QuestionFormat } from '../../../domain/run.ts';
import { shownUnit } from '../../../domain/units.ts';
import type { GivenAnswer, ShownAnswer, ShownMaterial, ShownPart, WantedAnswer } from '../shapes/room.ts';

export interface Medium {
  readonly hash: string;
  readonly mediaType: string;
}

export interface ShownQuestion {
  readonly parts: ShownPart[];
  readonly context: string | null;
  readonly wanted: WantedAnswer;
  readonly patient: string | null;
  readonly materials: ShownMaterial[];
  /** By the numbers that parts and materials name. */
  readonly media: Medium[];
}

const YES_NO = [
  { letter: 'yes', text: 'Yes' },
  { letter: 'no', text: 'No' },
] as const;

/** What an answer to it must be: a click where there is something to click on. */
export function wantedOf(question: Question, ofRun: QuestionFormat): WantedAnswer {
  if (formatOf(question, ofRun) === 'mc' && question.options.length > 0)
    return { kind: 'choice', options: question.options.map(({ letter, text }) => ({ letter, text })) };
  if (question.answerKind === 'numeric') return { kind: 'number', unit: shownUnit(question.unit ?? '') };
  // A released item's own words say how it wants yes and no.
  if (question.answerKind === 'binary' && question.prompt === undefined)
    return { kind: 'choice', options: [...YES_NO] };
  return { kind: 'text' };
}

export function shownQuestion(
  question: Question,
  record: AskedCase | undefined,
  options: { readonly format: QuestionFormat; readonly materials: boolean },
): ShownQuestion {
  const media: Medium[] = [];
  const numbered = (hash: string, mediaType: string): number => media.push({ hash, mediaType }) - 1;
  const parts = (question.prompt ?? [{ type: 'text' as const, text: question.text }]).map(
    (part): ShownPart =>
      part.type === 'text'
        ? { type: 'text', text: part.text }
        : { type: part.type, media: numbered(part.hash, part.mediaType) },
  );
  const materials = !options.materials
    ? []
    : (question.materials ?? []).map(({ kind, title, visitsBefore, text, hash, mediaType }) => ({
        kind,
        ...(title === undefined ? {} : { title }),
        ...(visitsBefore === undefined ? {} : { visitsBefore }),
        ...(text === undefined ? {} : { text }),
        ...(hash === undefined ? {} : { media: numbered(hash, mediaType ?? '') }),
      }));
  return {
    parts,
    context: question.context ?? null,
    wanted: wantedOf(question, options.format),
    patient: patientLine(record),
    materials,
    media,
  };
}

const SEXES = { F: 'Female', M: 'Male', O: 'Other sex' } as const;
const PHASES: Partial<Record<CaseRecord['phase'], string>> = {
  unenhanced: 'unenhanced',
  arterial: 'arterial phase',
  'portal-venous': 'portal venous phase',
  delayed: 'delayed phase',
};

/** What prompts tell a model of the patient, and no more. */
function patientLine(record: AskedCase | undefined): string | null {
  const facts = [
    record?.sex === undefined ? undefined : SEXES[record.sex],
    record?.ageBand === undefined ? undefined : `${record.ageBand.replace('-', '–')} years`,
    record?.phase === undefined ? undefined : PHASES[record.phase],
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? null : facts.join(', ');
}

/** An answer in words, with the text of the option. */
export function answerWords(question: Question, answer: Answer | undefined): string {
  if (answer === undefined) return '—';
  if (answer.kind === 'number') {
    const unit = shownUnit(question.unit ?? answer.unit ?? '');
    return unit === '' ? String(answer.value) : `${answer.value} ${unit}`;
  }
  if (answer.kind === 'text') return answer.text;
  const text = question.options.find(({ letter }) => letter === answer.letter)?.text;
  return text === undefined ? answer.letter : `${answer.letter}: ${text}`;
}

/** The notes under which a read keeps every answer that was given to it, in order. */
export const ANSWER_NOTE = 'room:answer';

/** What a read's last answer was, as its reader gave it. */
export function givenOf(read: Read, wanted: WantedAnswer): ShownAnswer {
  const last = read.toolCalls.filter(({ tool }) => tool === ANSWER_NOTE).at(-1);
  const { note = '' } = (last?.arguments ?? {}) as { note?: string };
  const { answer, confidence = null } = read;
  return { answer: shownAnswerOf(answer, wanted), confidence, note };
}

function shownAnswerOf(answer: Answer | undefined, wanted: WantedAnswer): ShownAnswer['answer'] {
  if (answer === undefined) return { kind: 'pass' };
  // Yes and no are clicked as options and kept as words.
  if (answer.kind === 'text' && wanted.kind === 'choice')
    return { kind: 'choice', letter: answer.text.toLowerCase() };
  return answer;
}

export type UsableAnswer = Exclude<GivenAnswer['answer'], { kind: 'pass' } | { kind: 'time-over' }>;

/** The answer as a read keeps it, with the words that parsers read; undefined for one that does not fit the question. */
export function keptAnswer(
  question: Question,
  wanted: WantedAnswer,
  given: UsableAnswer | Answer,
): { readonly answer: Answer; readonly raw: string } | undefined {
  if (given.kind !== wanted.kind) return undefined;
  if (given.kind === 'number') {
    if (!Number.isFinite(given.value)) return undefined;
    const unit = question.unit === undefined ? {} : { unit: question.unit };
    return { answer: { kind: 'number', value: given.value, ...unit }, raw: String(given.value) };
  }
  if (given.kind === 'text') return { answer: { kind: 'text', text: given.text }, raw: given.text };
  if (wanted.kind !== 'choice') return undefined;
  const option = wanted.options.find(({ letter }) => letter === given.letter);
  if (option === undefined) return undefined;
  const clicked = question.options.some(({ letter }) => letter === given.letter);
  return clicked
    ? { answer: { kind: 'choice', letter: option.letter }, raw: option.letter }
    : { answer: { kind: 'text', text: option.letter }, raw: option.text };
}
