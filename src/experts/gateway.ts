// The gateway: the one way to any model. Trust, cache, budget, concurrency, retries, recordings and spans live here.
import { simulateStreamingMiddleware } from 'ai';
import { OverreadError } from '../domain/errors.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { ReplyLink, Store } from '../storage/store.ts';
import { type BudgetOptions, createBudget } from './budget.ts';
import { type ChatCall, type ChatModel, type ChatReply, type ReplyNote, splitContext } from './chat-model.ts';
import { type Clock, systemClock } from './clock.ts';
import { directFetch, type Fetch } from './direct-fetch.ts';
import { DEFAULT_MAX_OUTPUT, pixelsOf, worstTokens } from './estimate.ts';
import { canonicalRequest, recordings, replyOf, replyText } from './exchanges.ts';
import { costOf, type Price } from './model-ref.ts';
import { modelOpener, type Target } from './open-model.ts';
import { lookedAt, withBytes } from './prompt-pixels.ts';
import type { Provider } from './provider.ts';
import { providers as builtIn } from './providers/registry.generated.ts';
import { RETRY_DEFAULTS, type RetryOptions } from './retry.ts';
import { cancelled, type FailedNote, send } from './send.ts';
import { inSpan, type SpanOptions } from './spans.ts';
import { trustList } from './trust.ts';
import { type ModelUsage, usageCounter } from './usage.ts';

export interface GatewayOptions {
  /** Addresses or provider names that may be contacted. Nothing else is, loopback included. */
  readonly allow: readonly string[];
  /** Address by provider id, for "compatible" and for proxies of one's own. */
  readonly baseUrls?: Readonly<Record<string, string>>;
  /** Where replies are cached; without one nothing is. */
  readonly store?: Pick<Store, 'cached' | 'cache'>;
  /** Where the pictures that prompts name by hash lie. */
  readonly blobs?: BlobStore;
  /** Default "use": read and write. "refresh" asks anew and writes; "off" does neither. */
  readonly cache?: 'use' | 'refresh' | 'off';
  /** Keep every exchange as a file, or answer from such files and send nothing. */
  readonly exchanges?: { readonly folder: string; readonly mode: 'record' | 'replay' };
  readonly budget?: BudgetOptions;
  /** By model reference, e.g. "openai/gpt-5". */
  readonly prices?: Readonly<Record<string, Price>>;
  /** Requests at once per endpoint. Default "auto": follows what the endpoint can take. */
  readonly concurrency?: 'auto' | number;
  /** Per try, in ms. Default 120,000. */
  readonly timeoutMs?: number;
  readonly retry?: RetryOptions;
  readonly spans?: SpanOptions;
  /** Where API keys are looked up. Default: the environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Providers beside the built-in ones. */
  readonly providers?: Readonly<Record<string, Provider>>;
  /** Under the trust check, in place of direct connections (tests). */
  readonly fetch?: Fetch;
  readonly clock?: Clock;
}

export interface Gateway {
  /** The model as the AI SDK takes it. Nothing is contacted or loaded before the first call. */
  languageModel(ref: string): ChatModel;
  /** Checks name, trust, key, price and package before a run starts; throws what the first call would. */
  prepare(ref: string): Promise<void>;
  usage(): {
    readonly models: Readonly<Record<string, ModelUsage>>;
    readonly spentUsd: number;
    readonly spentTokens: number;
  };
  /** Requests allowed at once now, by endpoint origin. */
  concurrency(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/**
 * @example
 * const gateway = createGateway({ allow: ['http://127.0.0.1:8000'], baseUrls: { compatible: 'http://127.0.0.1:8000/v1' } });
 * const { text } = await generateText({ model: gateway.languageModel('compatible/qwen3-vl'), prompt });
 */
export function createGateway(options: GatewayOptions): Gateway {
  const plugins: Readonly<Record<string, Provider>> = { ...builtIn, ...options.providers };
  const vendors = Object.fromEntries(Object.values(plugins).map((p) => [p.id, originOf(p.endpoint)]));
  const trust = trustList(options.allow, vendors);
  const direct = directFetch(trust);
  const given = options.fetch;
  const fetch: Fetch =
    given === undefined
      ? direct.fetch
      : async (input, init) => {
          trust.check(String(input instanceof Request ? input.url : input));
          return given(input, { ...init, redirect: 'manual' });
        };
  const clock = options.clock ?? systemClock;
  const cacheMode = options.store === undefined ? 'off' : (options.cache ?? 'use');
  const exchanges = options.exchanges === undefined ? undefined : recordings(options.exchanges.folder);
  const replaying = options.exchanges?.mode === 'replay';
  const limited = options.budget?.usd !== undefined || options.budget?.tokens !== undefined;
  const budget = createBudget(options.budget);
  const usage = usageCounter();
  const models = modelOpener({
    plugins,
    baseUrls: options.baseUrls ?? {},
    prices: options.prices ?? {},
    trust,
    fetch,
    env: options.env ?? process.env,
    concurrency: options.concurrency ?? 'auto',
    priceNeeded: options.budget?.usd !== undefined,
    timeoutMs: options.timeoutMs ?? 120_000,
    retry: { ...RETRY_DEFAULTS, ...options.retry },
    clock,
  });
  /** Sizes of stored pictures, which never change, for the worst case of a request. */
  const pixels = new Map<string, number>();
  let cacheProblem: unknown;

  /** A reply with its note, counted. */
  function noted(target: Target, reply: ChatReply, note: ReplyNote): ChatReply {
    usage.replied(target.ref, reply, note);
    const overread = { ...note, retries: note.retries.map((retry) => ({ ...retry })) };
    // The provider's copy of the request holds the pixels: it ends here.
    const { request: _request, response, ...kept } = reply;
    return {
      ...kept,
      response: { id: response?.id, modelId: response?.modelId, timestamp: response?.timestamp },
      providerMetadata: { ...reply.providerMetadata, overread },
    };
  }

  function remember(key: string, text: string, link: ReplyLink): void {
    // Not waited for: the store writes in order, so the reply is durable no later than the read that uses it.
    options.store?.cache(key, text, link).catch((problem: unknown) => {
      cacheProblem ??= problem;
    });
  }

  async function fill(call: ChatCall): Promise<ChatCall> {
    const prompt = await withBytes(call.prompt, options.blobs);
    return prompt === call.prompt ? call : { ...call, prompt };
  }

  /** Sets the worst case aside, sends, and settles what it really cost. */
  async function spend(
    target: Target,
    call: ChatCall,
    key: string,
  ): Promise<{ reply: ChatReply; note: Omit<ReplyNote, 'milliseconds' | 'cached'> }> {
    const { inner, route } = await models.open(target);
    const worst = limited
      ? worstTokens(call, await lookedAt(call.prompt, options.blobs, pixelsOf, pixels))
      : { input: 0, output: 0 };
    const money = (input: number, output: number) =>
      target.price === undefined
        ? 0
        : costOf(target.price, { inputTokens: input, outputTokens: output, cachedInputTokens: 0 });
    const reserved = { usd: money(worst.input, worst.output), tokens: worst.input + worst.output };
    if (limited)
      await budget.reserve(reserved, call.abortSignal)?.catch((error: unknown) => {
        throw call.abortSignal?.aborted ? cancelled(call.abortSignal) : error;
      });
    let lost = 0;
    let actual = { usd: 0, tokens: 0 };
    try {
      const sent = await send(inner, call, key, route, fill);
      lost = sent.lost;
      const { inputTokens: input, outputTokens: output } = sent.reply.usage;
      const inputTokens = input.total ?? 0;
      const outputTokens = output.total ?? 0;
      // A server that reports no usage is believed to have used all that was set aside.
      const counted = input.total !== undefined || output.total !== undefined;
      const cachedInputTokens = input.cacheRead ?? 0;
      const costUsd =
        target.price === undefined || !counted
          ? undefined
          : costOf(target.price, { inputTokens, outputTokens, cachedInputTokens });
      actual = counted ? { usd: costUsd ?? 0, tokens: inputTokens + outputTokens } : reserved;
      const { requests, retries } = sent;
      return {
        reply: sent.reply,
        note: { requests, retries, ...(costUsd === undefined ? {} : { costUsd }) },
      };
    } catch (error) {
      const note = OverreadError.isInstance(error) ? (error.details as Partial<FailedNote>) : {};
      lost = note.lost ?? 0;
      usage.failed(target.ref, note);
      throw error;
    } finally {
      // Against the limit, a try that brought no reply counts with its input: it may be on the bill.
      const extra = { usd: lost * money(worst.input, 0), tokens: lost * worst.input };
      budget.settle(reserved, { usd: actual.usd + extra.usd, tokens: actual.tokens + extra.tokens });
    }
  }

  async function generate(target: Target, asked: ChatCall): Promise<ChatReply> {
    if (cacheProblem !== undefined) throw cacheProblem;
    const start = clock.now();
    const { call: bare, context } = splitContext(asked);
    const call =
      limited && bare.maxOutputTokens === undefined ? { ...bare, maxOutputTokens: DEFAULT_MAX_OUTPUT } : bare;
    const held = (text: string) => {
      const milliseconds = clock.now() - start;
      return noted(target, replyOf(text), {
        cached: true,
        requests: 0,
        retries: [],
        milliseconds,
        ...(target.price === undefined ? {} : { costUsd: 0 }),
      });
    };

    const cacheEntry =
      cacheMode === 'off' ? undefined : canonicalRequest(target.ref, target.baseUrl, bare, context);
    if (cacheEntry !== undefined && cacheMode === 'use') {
      const text = await options.store?.cached(cacheEntry.key);
      if (text !== undefined) return held(text);
    }
    const recording =
      exchanges === undefined ? undefined : canonicalRequest(target.ref, undefined, bare, context);
    if (recording !== undefined && replaying) {
      const text = await exchanges?.load(recording.key);
      if (text !== undefined) return held(text);
      throw new OverreadError(
        'provider-failed',
        `There is no recording of this request to ${target.ref}: record it first, or leave replay off.`,
        { details: { requests: 0, retries: [], lost: 0 } },
      );
    }
    const { reply, note } = await spend(target, call, cacheEntry?.key ?? recording?.key ?? target.ref);
    const text = cacheEntry === undefined && recording === undefined ? undefined : replyText(reply);
    if (text !== undefined) {
      if (cacheEntry !== undefined) {
        const { sample: _sample, ...whose } = context;
        remember(cacheEntry.key, text, { ...whose, blobs: cacheEntry.blobs });
      }
      if (recording !== undefined) await exchanges?.save(recording.key, recording.request, text);
    }
    return noted(target, reply, { cached: false, ...note, milliseconds: clock.now() - start });
  }

  function languageModel(ref: string): ChatModel {
    const target = models.target(ref);
    const { spans } = options;
    const origin = target.baseUrl ?? 'http://localhost';
    const doGenerate = (call: ChatCall) =>
      spans === undefined
        ? generate(target, call)
        : inSpan(spans, { ...target, origin }, call, () => generate(target, call));
    const model: ChatModel = {
      specificationVersion: 'v4',
      provider: target.provider,
      modelId: target.model,
      // Every address counts as supported, so that the AI SDK downloads none: the gateway refuses what is no blob.
      supportedUrls: { '*/*': [/.*/] },
      doGenerate,
      async doStream(call) {
        const { wrapStream } = simulateStreamingMiddleware();
        if (wrapStream === undefined) throw new OverreadError('internal', 'Streaming is not available.');
        return wrapStream({
          doGenerate: () => doGenerate(call),
          doStream: () => model.doStream(call),
          params: call,
          model,
        });
      },
    };
    return model;
  }

  return {
    languageModel,
    async prepare(ref) {
      const target = models.target(ref);
      if (!replaying) await models.open(target);
    },
    usage() {
      const { usd, tokens } = budget.spent();
      return { models: usage.byModel(), spentUsd: usd, spentTokens: tokens };
    },
    concurrency: () => Object.fromEntries([...models.gates].map(([origin, gate]) => [origin, gate.limit()])),
    async close() {
      direct.close();
    },
  };
}

function originOf(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : new URL(endpoint).origin;
}
