// From a model reference to a provider's model behind our own fetch: name, address, trust, price, key, package.
import { OverreadError } from '../domain/errors.ts';
import type { ChatModel } from './chat-model.ts';
import { concurrencyGate, type Gate } from './concurrency.ts';
import type { Fetch } from './direct-fetch.ts';
import { type ModelRef, type Price, parseModelRef } from './model-ref.ts';
import type { Provider } from './provider.ts';
import type { Route } from './send.ts';
import type { TrustList } from './trust.ts';

export interface Target extends ModelRef {
  /** As written: "openai/gpt-5". */
  readonly ref: string;
  readonly plugin: Provider;
  readonly baseUrl: string | undefined;
  readonly price: Price | undefined;
}

export interface OpenedModel {
  readonly inner: ChatModel;
  readonly route: Route;
}

export interface OpenerOptions extends Pick<Route, 'timeoutMs' | 'retry' | 'clock'> {
  readonly plugins: Readonly<Record<string, Provider>>;
  readonly baseUrls: Readonly<Record<string, string>>;
  readonly prices: Readonly<Record<string, Price>>;
  readonly trust: TrustList;
  readonly fetch: Fetch;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly concurrency: 'auto' | number;
  /** A money budget cannot be kept without a price. */
  readonly priceNeeded: boolean;
}

export interface ModelOpener {
  /** Errors: `bad-argument`. */
  target(ref: string): Target;
  /** Once per reference. Errors: `endpoint-not-trusted`, `price-unknown`, `credential-missing`, `dependency-missing`, `bad-argument`. */
  open(target: Target): Promise<OpenedModel>;
  /** One per endpoint origin: models of one server share its places. */
  readonly gates: ReadonlyMap<string, Gate>;
}

function withoutSecrets(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url !== undefined && (url.username !== '' || url.password !== '' || url.search !== ''))
    throw new OverreadError(
      'bad-argument',
      'A base URL carries no user, password or query: put the key into the environment.',
    );
  return baseUrl;
}

export function modelOpener(options: OpenerOptions): ModelOpener {
  const { plugins, baseUrls, prices, trust, fetch, env } = options;
  const gates = new Map<string, Gate>();
  const opened = new Map<string, Promise<OpenedModel>>();

  function keyOf({ keyVariables }: Provider): string | undefined {
    return keyVariables.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  }

  async function open({ ref, provider, model, plugin, baseUrl, price }: Target): Promise<OpenedModel> {
    if (baseUrl === undefined)
      throw new OverreadError('bad-argument', `${ref} needs the address of its server: add --base-url URL.`);
    const { origin } = trust.check(withoutSecrets(baseUrl));
    if (options.priceNeeded && price === undefined)
      throw new OverreadError(
        'price-unknown',
        `A money budget needs the price of ${ref}: add --price ${ref}=INPUT,OUTPUT in US dollars per million tokens (0,0 for a model of your own).`,
      );
    const secret = keyOf(plugin);
    const [keyVariable] = plugin.keyVariables;
    if (secret === undefined && plugin.keyRequired)
      throw new OverreadError(
        'credential-missing',
        `${provider} needs an API key: set the environment variable ${keyVariable}.`,
      );
    const gate = gates.get(origin) ?? concurrencyGate(options.concurrency);
    gates.set(origin, gate);
    const inner = await plugin.create({ model, baseUrl, apiKey: secret, fetch });
    const { timeoutMs, retry, clock } = options;
    return { inner, route: { ref, origin, keyVariable, secret, gate, timeoutMs, retry, clock } };
  }

  return {
    gates,
    target(ref) {
      const { provider, model } = parseModelRef(ref, Object.keys(plugins));
      const plugin = plugins[provider];
      return {
        ref,
        provider,
        model,
        plugin,
        baseUrl: baseUrls[provider] ?? plugin.endpoint,
        price: prices[ref],
      };
    },
    open(target) {
      const known = opened.get(target.ref);
      if (known !== undefined) return known;
      const opening = open(target);
      opened.set(target.ref, opening);
      // What the user mends (a key, a package) is looked at again.
      opening.catch(() => opened.delete(target.ref));
      return opening;
    },
  };
}
