// A read as rows: a light one that scoring scans and a heavy one with everything else.
import type { Answer, Read, ReadStatus, ToolCall } from '../domain/read.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { isBlobHash } from './blobs.ts';
import type { Tables } from './schema.ts';
import type { RunTally } from './store.ts';

export type LightRow = Omit<Tables['reads'], 'id'>;
export type HeavyRow = Omit<Tables['details'], 'id'>;

export function rowsOf(read: Read): { light: LightRow; heavy: HeavyRow; blobs: string[] } {
  const { toolCalls, usage } = read;
  const rest = {
    reason: read.reason,
    errorCode: read.errorCode,
    transcript: read.transcript,
    maskSources: read.maskSources,
    alsoOf: read.alsoOf,
    picturesOf: read.picturesOf,
    reasoningTokens: usage.reasoningTokens,
    cachedInputTokens: usage.cachedInputTokens,
    cached: read.cached,
    at: read.at,
  };
  return {
    light: {
      run_id: read.runId,
      question_id: read.questionId,
      repeat: read.repeat,
      case_id: read.caseId,
      patient_id: read.patientId,
      status: read.status,
      answer: read.answer === undefined ? null : JSON.stringify(read.answer),
      raw: read.raw,
      confidence: read.confidence ?? null,
      cost_usd: read.costUsd ?? null,
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      milliseconds: read.milliseconds,
      requests: read.requests,
    },
    heavy: { tool_calls: JSON.stringify(toolCalls), rest: JSON.stringify(rest) },
    blobs: blobsOf(read),
  };
}

export function readOf(row: LightRow & HeavyRow): Read {
  const rest = JSON.parse(row.rest) as Pick<
    Read,
    'reason' | 'errorCode' | 'transcript' | 'maskSources' | 'alsoOf' | 'picturesOf' | 'cached' | 'at'
  > & { reasoningTokens: number; cachedInputTokens: number };
  return {
    runId: row.run_id,
    questionId: row.question_id,
    caseId: row.case_id,
    patientId: row.patient_id,
    repeat: row.repeat,
    status: row.status as ReadStatus,
    ...(row.answer === null ? {} : { answer: JSON.parse(row.answer) as Answer }),
    raw: row.raw,
    ...(rest.reason === undefined ? {} : { reason: rest.reason }),
    ...(rest.errorCode === undefined ? {} : { errorCode: rest.errorCode }),
    ...(row.confidence === null ? {} : { confidence: row.confidence }),
    ...(rest.alsoOf === undefined ? {} : { alsoOf: rest.alsoOf }),
    ...(rest.picturesOf === undefined ? {} : { picturesOf: rest.picturesOf }),
    transcript: rest.transcript,
    toolCalls: JSON.parse(row.tool_calls) as ToolCall[],
    maskSources: rest.maskSources,
    usage: {
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      reasoningTokens: rest.reasoningTokens,
      cachedInputTokens: rest.cachedInputTokens,
    },
    ...(row.cost_usd === null ? {} : { costUsd: row.cost_usd }),
    milliseconds: row.milliseconds,
    cached: rest.cached,
    requests: row.requests,
    at: rest.at,
  };
}

export type ScoringColumns = Omit<LightRow, 'run_id' | 'case_id'> & { tool_calls?: string };

export function scoringRowOf(row: ScoringColumns): ScoringRow {
  return {
    questionId: row.question_id,
    patientId: row.patient_id,
    repeat: row.repeat,
    status: row.status as ReadStatus,
    ...(row.answer === null ? {} : { answer: JSON.parse(row.answer) as Answer }),
    raw: row.raw,
    ...(row.confidence === null ? {} : { confidence: row.confidence }),
    ...(row.cost_usd === null ? {} : { costUsd: row.cost_usd }),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    milliseconds: row.milliseconds,
    requests: row.requests,
    ...(row.tool_calls === undefined ? {} : { toolCalls: JSON.parse(row.tool_calls) as ToolCall[] }),
  };
}

export interface TallyColumns {
  run_id: string;
  status: string;
  reads: number;
  unpriced: number;
  cost_usd: number;
  input_tokens: number;
  output_tokens: number;
}

/** One row for each run and status, to one tally for each run. */
export function talliesOf(rows: readonly TallyColumns[]): Map<string, RunTally> {
  const all = new Map<string, RunTally>();
  for (const row of rows) {
    const before = all.get(row.run_id);
    const none = { answered: 0, unparsed: 0, refused: 0, failed: 0, unsupported: 0 };
    const cost = before === undefined ? 0 : before.costUsd;
    all.set(row.run_id, {
      counts: { ...none, ...before?.counts, [row.status]: row.reads },
      costUsd: cost === null || row.unpriced > 0 ? null : cost + row.cost_usd,
      inputTokens: (before?.inputTokens ?? 0) + row.input_tokens,
      outputTokens: (before?.outputTokens ?? 0) + row.output_tokens,
    });
  }
  return all;
}

/** Hashes of the pictures that a read's transcript shows or its tools returned. */
function blobsOf(read: Read): string[] {
  const found = new Set<string>();
  for (const entry of read.transcript) for (const hash of entry.images ?? []) found.add(hash);
  for (const call of read.toolCalls) collect(call.result, found);
  return [...found].filter(isBlobHash);
}

/** Tool results carry pictures as `{image: hash}`, at any depth. */
function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'image' && typeof inner === 'string') found.add(inner);
    else collect(inner, found);
  }
}
