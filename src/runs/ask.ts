// Asking one question: the reader's attempt at it, within an open case.
import { failure } from '../agents/outcome.ts';
import { OverreadError } from '../domain/errors.ts';
import { formatOf, type Question } from '../domain/question.ts';
import { emptyOutcome, type Read, type ReadOutcome } from '../domain/read.ts';
import type { AskedCase, Reader } from '../domain/reader.ts';
import type { QuestionFormat, RunRecord } from '../domain/run.ts';
import type { CaseAccess } from '../domain/tool.ts';
import type { RunOptions, ToldEvidence } from './engine.ts';
import { openCases } from './open-cases.ts';
import type { Asked } from './plan.ts';

interface Opened {
  readonly access: CaseAccess | undefined;
  /** Set when the case could not be opened: its questions end so. */
  readonly failed?: ReadOutcome;
}

/**
 * A function that has one question read. It rejects only for what concerns the whole run; whatever else goes wrong is
 * the read's status.
 */
export function asker(
  run: RunRecord,
  options: RunOptions,
  signal: AbortSignal,
): (asked: Asked) => Promise<Read> {
  const { benchmark, reader } = options;
  const cases = openCases({
    open: async (caseId): Promise<Opened> => {
      try {
        return { access: await options.openCase(caseId, reader.mode ?? 'vision') };
      } catch (error) {
        return { access: undefined, failed: failure(error) };
      }
    },
    capacity: options.openCases,
  });

  async function outcomeOf(
    { question, repeat }: Asked,
    record: AskedCase,
    evidence: ToldEvidence | undefined,
  ): Promise<ReadOutcome> {
    const format = formatOf(question, run.format);
    const missing = incapable(reader, format, record.imageHash !== undefined || showsPictures(question));
    if (missing !== undefined) return { ...emptyOutcome(), status: 'unsupported', reason: missing };
    return cases.using(
      question.caseId,
      async ({ access, failed }) =>
        failed ??
        reader.read({
          question,
          case: record,
          format,
          repeat,
          seed: `${run.seed}/${question.id}/${repeat}`,
          access,
          ...(evidence === undefined ? {} : { evidence: evidence.statements }),
          ...(evidence?.patientId === undefined ? {} : { evidencePatient: evidence.patientId }),
          signal,
        }),
    );
  }

  return async (asked) => {
    const { question, repeat } = asked;
    const record = benchmark.caseOf(question);
    if (record === undefined)
      throw new OverreadError(
        'benchmark-invalid',
        `cases.jsonl has no case ${question.caseId}: build the benchmark again or copy it anew.`,
      );
    const began = performance.now();
    const evidence = await options.evidenceFor?.(question);
    const outcome = await outcomeOf(asked, record, evidence);
    const others = [...(outcome.alsoOf ?? []), outcome.picturesOf, evidence?.patientId].filter(
      (patient) => patient !== undefined,
    );
    return {
      ...outcome,
      ...(others.length === 0 ? {} : { alsoOf: [...new Set(others)].sort() }),
      milliseconds: performance.now() - began,
      runId: run.id,
      questionId: question.id,
      caseId: question.caseId,
      patientId: question.patientId,
      repeat,
      at: new Date().toISOString(),
    };
  };
}

/** A published item brings its own pictures, or asks about none. */
function showsPictures({ prompt }: Question): boolean {
  return prompt !== undefined;
}

/** Why a reader cannot take a question, if it cannot. */
function incapable(reader: Reader, format: QuestionFormat, hasImage: boolean): string | undefined {
  const { formats, needsImage } = reader.capabilities;
  if (!formats.includes(format)) return `${reader.name} does not answer in the "${format}" format.`;
  if (needsImage && !hasImage) return `${reader.name} needs the scan, and this case has masks only.`;
  return undefined;
}
