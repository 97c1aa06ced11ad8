// Where --data leads: a folder, a file, or an address that is read by ranges through no proxy.

import { directFetch } from '../experts/direct-fetch.ts';
import { trustList } from '../experts/trust.ts';
import { openData } from '../records/data-root.ts';
import { openHttpData } from '../records/http-root.ts';
import type { DataRoot } from '../records/source.ts';
import type { CardFile } from './published.ts';

/** Ranges are of a few MiB; more comes only of a server that knows none. */
const MAX_REPLY = 256 << 20;

/**
 * Opens a release. An address that ends in a slash is a folder of the files that the data card names; of those that
 * the card gives a pattern for, or where others are wanted, they stand behind a "#", with commas between:
 * `https://example.org/release/#data/test-00000.parquet,data/test-00001.parquet`. Any other address is one file.
 * Only the address's own host is asked. Errors: those of `openData` and `openHttpData`.
 */
export async function openDataAt(
  place: string,
  files: readonly Pick<CardFile, 'name'>[],
  signal?: AbortSignal,
): Promise<DataRoot> {
  if (!/^https?:\/\//i.test(place)) return openData(place);
  const [address, listed] = place.split('#', 2);
  const origin = URL.parse(address)?.origin;
  const direct = directFetch(trustList(origin === undefined ? [] : [origin]), MAX_REPLY);
  const names =
    listed === undefined
      ? files.map(({ name }) => name).filter((name) => !name.includes('*'))
      : listed.split(',').map(decodeURIComponent);
  const data = openHttpData(address, {
    fetch: direct.fetch,
    ...(address.endsWith('/') || listed !== undefined ? { files: names } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
  return { ...data, path: place, close: async () => direct.close() };
}
