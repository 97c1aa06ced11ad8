// Log-probabilities of a reply's first token: asked for and read back, where a server gives them.
import type { ChatCall, ChatReply } from './chat-model.ts';

/** A token that could have come first, and the natural logarithm of its probability. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
}

type ProviderOptions = NonNullable<ChatCall['providerOptions']>;

/** Provider options that ask for the `count` likeliest tokens; servers commonly give at most 20. */
export function askForLogprobs(count: number): ProviderOptions {
  return { compatible: { logprobs: true, top_logprobs: count }, openai: { logprobs: count } };
}

/** What OpenAI-compatible servers put into a choice, as provider metadata; undefined where there is none. */
export async function compatibleMetadata({
  parsedBody,
}: {
  parsedBody: unknown;
}): Promise<{ compatible: { logprobs: never } } | undefined> {
  const content = (parsedBody as { choices?: { logprobs?: { content?: unknown } | null }[] } | null)
    ?.choices?.[0]?.logprobs?.content;
  // The SDK's type wants JSON, which a parsed body is.
  return Array.isArray(content) ? { compatible: { logprobs: content as never } } : undefined;
}

const isToken = (value: unknown): value is TokenLogprob =>
  typeof value === 'object' &&
  value !== null &&
  'token' in value &&
  'logprob' in value &&
  typeof value.token === 'string' &&
  typeof value.logprob === 'number' &&
  value.logprob <= 0;

/** The likeliest first tokens of a reply, the one that came among them; undefined when the server gave none. */
export function firstTokens(reply: Pick<ChatReply, 'providerMetadata'>): readonly TokenLogprob[] | undefined {
  const metadata = reply.providerMetadata as
    | Readonly<Record<string, { logprobs?: unknown } | undefined>>
    | undefined;
  const given = metadata?.compatible?.logprobs ?? metadata?.openai?.logprobs;
  const first: unknown = Array.isArray(given) ? given.flat()[0] : undefined;
  if (!isToken(first)) return undefined;
  const others =
    'top_logprobs' in first && Array.isArray(first.top_logprobs) ? first.top_logprobs.filter(isToken) : [];
  return others.some(({ token }) => token === first.token)
    ? others
    : [{ token: first.token, logprob: first.logprob }, ...others];
}
