// A model on the loopback address that answers each published item by heart: right at a set rate, else surely wrong.
import type { PublishedBenchmark, PublishedRecord } from '../../src/benchmarks/published.ts';
import { type PublishedSource, questionOf } from '../../src/benchmarks/published-source.ts';
import { sha256 } from '../../src/domain/content-hash.ts';
import type { PromptPart } from '../../src/domain/question.ts';
import { random } from '../../src/domain/random.ts';
import { type Loopback, startLoopback } from '../../src/experts/testing/loopback.ts';
import { openData } from '../../src/records/data-root.ts';
import { memoryBlobs } from '../../src/storage/blobs.ts';

/** How often the model is right. */
export const SKILL = 0.7;

interface WirePart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

/** A question as it looks on the wire: its texts and the hashes of its pictures, in order. */
function wireKey(parts: readonly PromptPart[]): string {
  return sha256(JSON.stringify(parts.map((part) => (part.type === 'text' ? part.text : part.hash))));
}

function partsOf(content: unknown): PromptPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content as readonly WirePart[]).map((part): PromptPart => {
    if (part.type === 'text') return { type: 'text', text: part.text ?? '' };
    const encoded = part.image_url?.url.replace(/^data:[^,]*,/, '') ?? '';
    return { type: 'image', hash: sha256(Buffer.from(encoded, 'base64')), mediaType: '' };
  });
}

/** A reply that cannot be right: another option, the other of yes and no, words that no answer has. */
function wrongReply({ item }: PublishedRecord<unknown>, right: string): string {
  const other = item.options.find(({ letter }) => letter !== right);
  if (other !== undefined) return other.letter;
  if (/^\W*yes\b/i.test(right)) return 'no';
  if (/^\W*no\b/i.test(right)) return 'yes';
  return /\p{Script=Han}/u.test(right) ? '并非如此的说法' : 'qwertz';
}

export interface ScriptedModel {
  readonly server: Loopback;
  /** What the script is worth, each reply measured beside its reference without engine or store; and how many items count. */
  readonly right: number;
  readonly counted: number;
}

/** Starts the model for a split of a release. The script is drawn by item; equal questions on equal pictures share one reply. */
export async function startScripted(
  plugin: PublishedBenchmark,
  source: PublishedSource,
  seed: string,
): Promise<ScriptedModel> {
  const blobs = memoryBlobs();
  const script = new Map<string, string>();
  const metric = plugin.metrics('strict', source.mode)[0];
  let right = 0;
  let counted = 0;
  for await (const record of plugin.records(await openData(source.path), source.options)) {
    const oracle = plugin.oracle(record, source.mode);
    const question = await questionOf(record.item, blobs);
    const key = wireKey(question.prompt ?? []);
    const drawn = random(seed, 'scripted', record.item.id).next() < SKILL;
    const reply = script.get(key) ?? (drawn ? oracle : wrongReply(record, oracle));
    script.set(key, reply);
    const { item } = await plugin.measure(
      record,
      { text: reply, status: 'answered' },
      { protocol: 'strict', mode: source.mode },
    );
    const worth = metric.of([item]);
    if (worth === null) continue;
    counted++;
    right += worth;
  }
  const server = await startLoopback({
    record: false,
    answer: ({ body }) => {
      const asked = body.messages.findLast((message) => message.role === 'user');
      return { text: script.get(wireKey(partsOf(asked?.content ?? ''))) ?? '' };
    },
  });
  return { server, right, counted };
}
