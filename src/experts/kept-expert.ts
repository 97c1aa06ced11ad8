// An expert asked once per input: results lie in the store under the hashes of expert and input, and go with the patient.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { contentHash } from '../domain/content-hash.ts';
import type { ExpertCall, ExpertRole, ExpertRoles, Retrieved, SoftMask } from '../domain/expert.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { ServiceDeps } from './expert-service.ts';
import type { ServedRole } from './service-roles.ts';

/** A result as text, and the blobs that it names. */
interface Kept {
  readonly text: string;
  readonly blobs: readonly string[];
  /** Other patients whose data it shows. */
  readonly alsoOf?: readonly string[];
}

interface Form<T> {
  pack(value: T, blobs: BlobStore): Promise<Kept>;
  /** Undefined when a blob of it is gone. */
  unpack(text: string, blobs: BlobStore): Promise<T | undefined>;
}

function plain<T>(): Form<T> {
  return {
    pack: async (value) => ({ text: JSON.stringify(value), blobs: [] }),
    unpack: async (text) => JSON.parse(text) as T,
  };
}

const masks: Form<SoftMask> = {
  async pack({ width, height, probability }, blobs) {
    const { buffer, byteOffset, byteLength } = probability;
    const hash = await blobs.put(
      deflateRawSync(new Uint8Array(buffer, byteOffset, byteLength), { level: 1 }),
    );
    return { text: JSON.stringify({ width, height, hash }), blobs: [hash] };
  },
  async unpack(text, blobs) {
    const { width, height, hash } = JSON.parse(text) as { width: number; height: number; hash: string };
    const bytes = await blobs.get(hash);
    if (bytes === undefined) return undefined;
    // A copy, so that the values are aligned.
    return { width, height, probability: new Float32Array(Uint8Array.from(inflateRawSync(bytes)).buffer) };
  },
};

const sounds: Form<{ readonly bytes: Uint8Array; readonly mediaType: string }> = {
  async pack({ bytes, mediaType }, blobs) {
    const hash = await blobs.put(bytes);
    return { text: JSON.stringify({ hash, mediaType }), blobs: [hash] };
  },
  async unpack(text, blobs) {
    const { hash, mediaType } = JSON.parse(text) as { hash: string; mediaType: string };
    const bytes = await blobs.get(hash);
    return bytes === undefined ? undefined : { bytes, mediaType };
  },
};

const passages: Form<readonly Retrieved[]> = {
  async pack(found) {
    const blobs = found.flatMap(({ passage }) => passage.hash ?? []);
    const alsoOf = [...new Set(found.flatMap(({ passage }) => passage.patientId ?? []))];
    return { text: JSON.stringify(found), blobs, alsoOf };
  },
  async unpack(text, blobs) {
    const found = JSON.parse(text) as Retrieved[];
    for (const { passage } of found)
      if (passage.hash !== undefined && !(await blobs.has(passage.hash))) return undefined;
    return found;
  },
};

/**
 * The same expert with its results kept. Only calls that say whose data they show are kept, since nothing else could be
 * purged; failures never are.
 */
export function keptExpert<Role extends ExpertRole>(
  role: Role,
  expert: ExpertRoles[Role],
  { blobs, index }: Pick<ServiceDeps, 'blobs' | 'index'>,
): ExpertRoles[Role] {
  if (index === undefined) return expert;
  const pending = new Map<string, Promise<unknown>>();
  async function once<T>(input: unknown, form: Form<T>, call: ExpertCall | undefined, ask: () => Promise<T>) {
    if (index === undefined || call?.patientId === undefined) return ask();
    const key = contentHash({ kind: 'expert', version: 1, expert: expert.hash, role, input });
    // Equal calls at the same time wait for the first; where that fails, each asks for itself.
    const running = pending.get(key);
    if (running !== undefined) await running.catch(() => undefined);
    const work = lookedUp(key, { form, call, ask });
    pending.set(key, work);
    try {
      return await work;
    } finally {
      if (pending.get(key) === work) pending.delete(key);
    }
  }
  async function lookedUp<T>(
    key: string,
    { form, call, ask }: { form: Form<T>; call: ExpertCall; ask: () => Promise<T> },
  ): Promise<T> {
    if (index === undefined) return ask();
    const text = await index.cached(key);
    const before = text === undefined ? undefined : await form.unpack(text, blobs);
    if (before !== undefined) return before;
    const value = await ask();
    const { text: packed, ...link } = await form.pack(value, blobs);
    await index.cache(key, packed, { patientId: call.patientId, ...link });
    return value;
  }
  const wrapped: { [R in ServedRole]: (inner: ExpertRoles[R]) => ExpertRoles[R] } = {
    segment: (inner) => ({
      ...inner,
      segmentRegion: (picture, phrase, call) =>
        once([picture.hash, phrase], masks, call, () => inner.segmentRegion(picture, phrase, call)),
    }),
    ground: (inner) => ({
      ...inner,
      ground: (picture, phrase, call) =>
        once([picture.hash, phrase], plain(), call, () => inner.ground(picture, phrase, call)),
    }),
    classify: (inner) => ({
      ...inner,
      classify: (picture, labels, call) =>
        once([picture.hash, labels ?? null], plain(), call, () => inner.classify(picture, labels, call)),
    }),
    retrieve: (inner) => ({
      ...inner,
      retrieve: (query, call) =>
        once([{ ...query, picture: query.picture?.hash ?? null }], passages, call, () =>
          inner.retrieve(query, call),
        ),
    }),
    transcribe: (inner) => ({
      ...inner,
      transcribe: (audio, call) => once([audio.hash], plain(), call, () => inner.transcribe(audio, call)),
    }),
    speak: (inner) => ({
      ...inner,
      speak: (text, call) => once([text], sounds, call, () => inner.speak(text, call)),
    }),
  };
  const wrap = (wrapped as { [R in ExpertRole]?: (inner: ExpertRoles[R]) => ExpertRoles[R] })[role];
  return wrap === undefined ? expert : wrap(expert);
}
