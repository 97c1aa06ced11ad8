// A gateway that reaches one scripted server on the loopback address and nothing else: for the studies' own checks.
import { createGateway, type Gateway } from '../experts/gateway.ts';
import type { Loopback } from '../experts/testing/loopback.ts';
import { type BlobStore, memoryBlobs } from '../storage/blobs.ts';

/** Runs `work` over a server, which is closed afterwards whatever happens. Models are compatible/NAME. */
export async function overServer<T>(
  server: Loopback,
  work: (at: { readonly gateway: Gateway; readonly blobs: BlobStore }) => Promise<T>,
): Promise<T> {
  const blobs = memoryBlobs();
  const gateway = createGateway({
    allow: [new URL(server.url).origin],
    baseUrls: { compatible: server.url },
    blobs,
    concurrency: 'auto',
  });
  try {
    return await work({ gateway, blobs });
  } finally {
    await gateway.close();
    await server.close();
  }
}
