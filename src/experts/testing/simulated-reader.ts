// A simulated reader: a loopback chat server whose replies come from the pixels, words and tool results it was really
// sent, with a declared error model. Both arms of a strategy's check ask the same one, so that only the strategy differs.
import { sha256 } from '../../domain/content-hash.ts';
import { type Random, random } from '../../domain/random.ts';
import type { Raster } from '../../domain/volume.ts';
import { rasterOfBytes } from '../../imaging/picture-bytes.ts';
import { type Loopback, type LoopbackReply, startLoopback } from './loopback.ts';

/** One message as it arrived. */
export interface SeenTurn {
  readonly role: string;
  readonly text: string;
  /** Decoded pixels, in order. */
  readonly pictures: readonly (Raster & { data: Uint8Array })[];
  readonly sounds: readonly { readonly format: string; readonly bytes: Uint8Array }[];
  /** A tool's result, parsed where it is JSON. */
  readonly result?: unknown;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: unknown }[];
}

export interface SeenRequest {
  readonly system: string;
  /** Without the system message. */
  readonly turns: readonly SeenTurn[];
  /** All pictures of all turns, in order. */
  readonly pictures: readonly (Raster & { data: Uint8Array })[];
  /** All texts of the user's turns, joined. */
  readonly asked: string;
  readonly toolNames: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SimulatedReader {
  /** What the model makes of what it was sent. Must look at nothing but `request`; chance comes from `random`. */
  answer(request: SeenRequest, random: Random): LoopbackReply | string | Promise<LoopbackReply | string>;
  /** Seed of the error model. The same request draws the same error, a further sample (another seed) another. */
  readonly seed: string;
  /** Tells apart draws of the same request; default the request's own `seed` setting. */
  readonly streams?: (request: SeenRequest) => string;
  readonly record?: boolean;
}

interface WirePart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
  readonly input_audio?: { readonly data: string; readonly format: string };
}

interface WireMessage {
  readonly role: string;
  readonly content: string | readonly WirePart[] | null;
  readonly tool_calls?: readonly {
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

/** Decoded pictures by the hash of their bytes: strategies send the same one many times. */
const MOST_KEPT = 512;

/** Starts the server; its model is compatible/ANYTHING at `url`. */
export function startSimulatedReader(reader: SimulatedReader): Promise<Loopback> {
  const decoded = new Map<string, Promise<Raster & { data: Uint8Array }>>();
  const picture = (url: string): Promise<Raster & { data: Uint8Array }> => {
    const bytes = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
    const key = sha256(bytes);
    const known = decoded.get(key);
    if (known !== undefined) return known;
    if (decoded.size >= MOST_KEPT) decoded.delete(decoded.keys().next().value ?? '');
    const fresh = rasterOfBytes(bytes);
    decoded.set(key, fresh);
    return fresh;
  };
  async function turnOf(message: WireMessage): Promise<SeenTurn> {
    const parts: readonly WirePart[] =
      typeof message.content === 'string'
        ? [{ type: 'text', text: message.content }]
        : (message.content ?? []);
    const text = parts.flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : [])).join('\n');
    return {
      role: message.role,
      text,
      pictures: await Promise.all(
        parts.flatMap((part) => (part.image_url === undefined ? [] : [picture(part.image_url.url)])),
      ),
      sounds: parts.flatMap((part) =>
        part.input_audio === undefined
          ? []
          : [{ format: part.input_audio.format, bytes: Buffer.from(part.input_audio.data, 'base64') }],
      ),
      ...(message.role === 'tool' ? { result: jsonOr(text) } : {}),
      toolCalls: (message.tool_calls ?? []).map((call) => ({
        name: call.function.name,
        arguments: jsonOr(call.function.arguments),
      })),
    };
  }
  return startLoopback({
    record: reader.record ?? false,
    async answer({ body }) {
      const messages = body.messages as readonly WireMessage[];
      const all = await Promise.all(messages.map(turnOf));
      const turns = all.filter(({ role }) => role !== 'system');
      const request: SeenRequest = {
        system: all.flatMap(({ role, text }) => (role === 'system' ? [text] : [])).join('\n'),
        turns,
        pictures: turns.flatMap((turn) => turn.pictures),
        asked: turns.flatMap(({ role, text }) => (role === 'user' ? [text] : [])).join('\n'),
        toolNames: (body.tools ?? []).map((tool) => tool.function.name),
        body,
      };
      const stream = reader.streams?.(request) ?? String(body.seed ?? '');
      const rng = random(reader.seed, sha256(JSON.stringify([body.messages, stream])));
      const reply = await reader.answer(request, rng);
      return typeof reply === 'string' ? { text: reply } : reply;
    },
  });
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Grey value (mean of channels) of a pixel, 0…255. */
export function greyAt({ data, width, channels }: Raster, x: number, y: number): number {
  const at = (y * width + x) * channels;
  if (channels === 1) return Number(data[at]);
  return (Number(data[at]) + Number(data[at + 1]) + Number(data[at + 2])) / 3;
}
