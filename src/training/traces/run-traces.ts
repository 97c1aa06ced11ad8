// Traces out of a run's reads: each conversation of a read, with its tool calls and results where they were made.
import type { PromptPart, Question } from '../../domain/question.ts';
import type { Read, ToolCall, TranscriptEntry } from '../../domain/read.ts';
import type { Trace, TraceMessage, TraceTool } from './trace.ts';

export interface RunTraceOptions {
  readonly question: Question;
  readonly read: Read;
  readonly tools: readonly TraceTool[];
  readonly score?: number;
  /** All conversations of a strategy's read, or only the last, in which the answer is given. Default "last". */
  readonly conversations?: 'all' | 'last';
}

/**
 * The conversations of one read. A tool's entry in a transcript is matched with the logged call that it tells of, so
 * that arguments and results are whole; what was called outside any conversation (a strategy's own steps) is in none.
 * A picture that followed a tool's result is part of that result and not a turn of the user.
 */
export function runTraces(options: RunTraceOptions): Trace[] {
  const { question, read, tools, score } = options;
  const groups = conversationsOf(read.transcript);
  const kept = options.conversations === 'all' ? groups : groups.slice(-1);
  let from = 0;
  return kept.flatMap((entries, at) => {
    const messages: TraceMessage[] = [];
    const pictures = mediaTypes(question);
    for (const entry of entries) {
      const last = messages.at(-1);
      if (entry.role === 'system') messages.push({ role: 'system', text: entry.text });
      else if (entry.role === 'assistant') messages.push({ role: 'assistant', text: entry.text, calls: [] });
      else if (entry.role === 'tool') {
        const found = read.toolCalls.findIndex((call, index) => index >= from && tells(entry, call));
        if (found < 0 || last?.role !== 'assistant') continue;
        from = found + 1;
        const { tool, arguments: args, result } = read.toolCalls[found];
        messages[messages.length - 1] = {
          ...last,
          calls: [...last.calls, { tool, arguments: args, result }],
        };
      } else if (!(entry.text === '' && last?.role === 'assistant' && last.calls.length > 0))
        messages.push({ role: 'user', parts: partsOf(entry, pictures, question) });
    }
    if (messages.at(-1)?.role !== 'assistant') return [];
    return [
      {
        id: [question.id, read.repeat, ...(kept.length > 1 ? [at] : [])].join('#'),
        questionId: question.id,
        patientId: read.patientId,
        split: question.split,
        stage: question.stage,
        type: question.type,
        source: read.runId,
        tools,
        messages,
        ...(score === undefined ? {} : { score }),
      },
    ];
  });
}

/** Transcripts of readers with one conversation carry no numbers. */
function conversationsOf(transcript: readonly TranscriptEntry[]): TranscriptEntry[][] {
  const groups = new Map<number, TranscriptEntry[]>();
  for (const entry of transcript) {
    const key = entry.request ?? 0;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.entries()].toSorted(([a], [b]) => a - b).map(([, entries]) => entries);
}

function tells({ text }: TranscriptEntry, { tool, arguments: args }: ToolCall): boolean {
  const head = `${tool}(${JSON.stringify(args)})`;
  return text.startsWith(head.slice(0, 7_000));
}

function mediaTypes({ prompt = [] }: Question): ReadonlyMap<string, PromptPart> {
  return new Map(prompt.flatMap((part) => (part.type === 'text' ? [] : [[part.hash, part] as const])));
}

/** Pictures before the words, as they are shown; a published item's parts in its own order where they are the same. */
function partsOf(
  { text, images = [] }: TranscriptEntry,
  known: ReadonlyMap<string, PromptPart>,
  { prompt }: Question,
): PromptPart[] {
  const own = prompt?.flatMap((part) => (part.type === 'text' ? [] : [part.hash])) ?? [];
  const words = prompt?.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  if (prompt !== undefined && words === text && own.join() === images.join()) return [...prompt];
  return [
    ...images.map((hash): PromptPart => known.get(hash) ?? { type: 'image', hash, mediaType: 'image/png' }),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
  ];
}
