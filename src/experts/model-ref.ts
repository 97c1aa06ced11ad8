// Model references: PROVIDER/MODEL, as written on the command line.
import { OverreadError } from '../domain/errors.ts';

export interface ModelRef {
  /** Provider id, such as "openai" or "compatible". */
  readonly provider: string;
  /** The provider's own name of the model; may hold slashes ("Qwen/Qwen3-VL-8B-Instruct"). */
  readonly model: string;
}

/**
 * Splits "openai/gpt-5" at its first slash.
 * Errors: `bad-argument` when there is no slash or a part is empty, or `provider` is not among `known`.
 */
export function parseModelRef(ref: string, known: readonly string[]): ModelRef {
  const slash = ref.indexOf('/');
  const provider = ref.slice(0, Math.max(slash, 0));
  const model = ref.slice(slash + 1);
  if (slash < 0 || provider === '' || model === '')
    throw new OverreadError(
      'bad-argument',
      `"${ref}" names no model: write PROVIDER/MODEL, such as openai/gpt-5 or compatible/qwen3-vl.`,
    );
  if (!known.includes(provider))
    throw new OverreadError(
      'bad-argument',
      `There is no provider "${provider}": use one of ${known.join(', ')}; "compatible" with --base-url speaks to any OpenAI-compatible server.`,
    );
  return { provider, model };
}

export interface Price {
  /** US dollars per million input tokens. */
  readonly input: number;
  /** US dollars per million output tokens, reasoning included. */
  readonly output: number;
  /** US dollars per million input tokens that the provider had cached. Default: as `input`. */
  readonly cachedInput?: number;
}

/**
 * A price as `--price` takes it: "MODEL=INPUT,OUTPUT[,CACHED]" in US dollars per million tokens, e.g.
 * "openai/gpt-5=1.25,10,0.125". Errors: `bad-argument`.
 */
export function parsePrice(text: string): { ref: string; price: Price } {
  const at = text.lastIndexOf('=');
  const numbers = text
    .slice(at + 1)
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const sound = numbers.every((n) => Number.isFinite(n) && n >= 0);
  if (at <= 0 || numbers.length < 2 || numbers.length > 3 || !sound)
    throw new OverreadError(
      'bad-argument',
      `"${text}" is no price: write MODEL=INPUT,OUTPUT in US dollars per million tokens, such as openai/gpt-5=1.25,10.`,
    );
  const [input, output, cachedInput] = numbers;
  return {
    ref: text.slice(0, at),
    price: { input, output, ...(cachedInput === undefined ? {} : { cachedInput }) },
  };
}

/** US dollars of a reply. `cachedInput` tokens are part of `inputTokens`. */
export function costOf(
  price: Price,
  usage: { readonly inputTokens: number; readonly outputTokens: number; readonly cachedInputTokens: number },
): number {
  const fresh = Math.max(0, usage.inputTokens - usage.cachedInputTokens);
  const cached = usage.cachedInputTokens * (price.cachedInput ?? price.input);
  return (fresh * price.input + cached + usage.outputTokens * price.output) / 1e6;
}
