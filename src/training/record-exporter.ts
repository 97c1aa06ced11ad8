// Training records: traces, pairs and prompts in the form that a trainer reads, one file in exporters/ for each.
import {
  storedOf,
  type Trace,
  type TraceMessage,
  type TracePair,
  type TracePrompt,
  type TraceTool,
} from './traces/trace.ts';

export interface ExportPlace {
  /** Path, relative to the record file, at which a stored picture or sound is written. */
  stored(hash: string, mediaType?: string): string;
  /** Name of the benchmark. */
  readonly benchmark: string;
  readonly canary: string;
}

interface Base {
  /** Kebab-case: trainer or format, then what for. */
  readonly id: string;
  readonly summary: string;
  /** Whose documentation or loader defines the form. */
  readonly source: string;
}

/** What a record is made from decides when it can be written. */
export type RecordExporter = Base &
  (
    | { readonly from: 'trace'; record(trace: Trace, place: ExportPlace): Record<string, unknown> }
    | { readonly from: 'pair'; record(pair: TracePair, place: ExportPlace): Record<string, unknown> }
    | {
        readonly from: 'prompt';
        record(prompt: TracePrompt, place: ExportPlace): Record<string, unknown>;
        /** "parquet" where the trainer reads nothing else. Default JSON lines. */
        readonly file?: 'parquet';
      }
  );

/** Paths of the pictures and sounds that messages show, as the members that trainers look for; absent where there are none. */
export function storedMembers(
  messages: readonly TraceMessage[],
  place: ExportPlace,
): { images?: string[]; audios?: string[] } {
  const stored = storedOf(messages);
  const of = (sound: boolean) =>
    stored
      .filter(({ mediaType }) => mediaType.startsWith('audio/') === sound)
      .map(({ hash, mediaType }) => place.stored(hash, mediaType));
  const [images, audios] = [of(false), of(true)];
  return {
    ...(images.length === 0 ? {} : { images }),
    ...(audios.length === 0 ? {} : { audios }),
  };
}

/** A tool in the JSON form of chat templates. */
export function functionTool({ name, description, parameters }: TraceTool): Record<string, unknown> {
  return { type: 'function', function: { name, description, parameters } };
}

/** A turn of the user as text, each picture or sound in its place as a tag. */
export function taggedText(message: TraceMessage & { role: 'user' }): string {
  return message.parts
    .map((part) => (part.type === 'text' ? part.text : part.type === 'image' ? '<image>' : '<audio>'))
    .join('\n');
}

/** Messages as OpenAI's chat completions and TRL's conversational form have them. */
export function openAiMessages(messages: readonly TraceMessage[]): Record<string, unknown>[] {
  return messages.flatMap((message): Record<string, unknown>[] => {
    if (message.role === 'system') return [{ role: 'system', content: message.text }];
    if (message.role === 'user') {
      const hasStored = message.parts.some((part) => part.type !== 'text');
      return [
        {
          role: 'user',
          content: hasStored
            ? message.parts.map((part) =>
                part.type === 'text' ? { type: 'text', text: part.text } : { type: part.type },
              )
            : taggedText(message),
        },
      ];
    }
    if (message.calls.length === 0) return [{ role: 'assistant', content: message.text }];
    return [
      {
        role: 'assistant',
        ...(message.text === '' ? {} : { content: message.text }),
        tool_calls: message.calls.map(({ tool, arguments: args }) => ({
          type: 'function',
          function: { name: tool, arguments: args },
        })),
      },
      ...message.calls.map(({ tool, result }) => ({
        role: 'tool',
        name: tool,
        content: JSON.stringify(result),
      })),
    ];
  });
}

/** Messages as ms-swift has them: calls and results as turns of their own. */
export function swiftMessages(messages: readonly TraceMessage[]): Record<string, unknown>[] {
  return messages.flatMap((message): Record<string, unknown>[] => {
    if (message.role === 'system') return [{ role: 'system', content: message.text }];
    if (message.role === 'user') return [{ role: 'user', content: taggedText(message) }];
    const said =
      message.text === '' && message.calls.length > 0 ? [] : [{ role: 'assistant', content: message.text }];
    return [
      ...said,
      ...message.calls.map(({ tool, arguments: args }) => ({
        role: 'tool_call',
        content: JSON.stringify({ name: tool, arguments: args }),
      })),
      ...message.calls.map(({ result }) => ({ role: 'tool_response', content: resultText(result) })),
    ];
  });
}

/** A result as text; a picture in it as its tag, before the rest. */
export function resultText(result: unknown): string {
  if (typeof result !== 'object' || result === null || !('image' in result)) return JSON.stringify(result);
  const { image: _, ...rest } = result as Record<string, unknown>;
  return `<image>${Object.keys(rest).length === 0 ? '' : JSON.stringify(rest)}`;
}
