// What a provider plug-in is: how one vendor's models are reached. The gateway hands it address, key and fetch.
import { OverreadError } from '../domain/errors.ts';
import type { ChatModel } from './chat-model.ts';
import type { Fetch } from './direct-fetch.ts';

export interface ProviderSettings {
  readonly model: string;
  readonly baseUrl: string;
  /** From the environment; undefined only where the provider needs none. */
  readonly apiKey: string | undefined;
  /** Goes to the trusted address or nowhere. A provider that ignores it does not pass the contract. */
  readonly fetch: Fetch;
}

export interface Provider {
  readonly id: string;
  readonly summary: string;
  /** npm package that speaks to it, loaded on first use. */
  readonly package: string;
  /** The vendor's own address; undefined where the user must give one (--base-url). */
  readonly endpoint: string | undefined;
  /** Environment variables that may hold the API key, first found wins. */
  readonly keyVariables: readonly string[];
  readonly keyRequired: boolean;
  create(settings: ProviderSettings): Promise<ChatModel>;
}

/** Loads a vendor package that is not part of the installation; `dependency-missing` says what to install. */
export async function vendorPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const code = (cause as { code?: unknown }).code;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new OverreadError('dependency-missing', `${name} is not installed: run "npm install ${name}".`, {
      cause,
    });
  }
}
