// answers: results computed elsewhere, one JSON line for each picture or sound, known by content hash or file name.
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { ExpertRole, ExpertRoles, StoredBytes } from '../../domain/expert.ts';
import type { ServicePlugin } from '../expert-service.ts';

const box = z.object({
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  score: z.number().min(0).max(1).default(1),
  label: z.string().optional(),
});
const line = z.object({
  /** SHA-256 of the bytes as they are shown. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** The phrase that was looked for; absent: whatever is asked. */
  phrase: z.string().optional(),
  boxes: z.array(box).optional(),
  labels: z.array(z.object({ label: z.string(), probability: z.number().min(0).max(1) })).optional(),
  text: z.string().optional(),
});
type Line = z.infer<typeof line>;

const MAX_LINE = 1 << 20;

async function readLines(path: string): Promise<{ byHash: Map<string, Line[]>; hash: string }> {
  const byHash = new Map<string, Line[]>();
  const all: string[] = [];
  let number = 0;
  const stream = createReadStream(path);
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (text.trim() === '') continue;
      if (text.length > MAX_LINE) throw new SyntaxError('the line is too long');
      const parsed = line.parse(JSON.parse(text));
      byHash.set(parsed.hash, [...(byHash.get(parsed.hash) ?? []), parsed]);
      all.push(sha256(text));
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new OverreadError('file-not-found', `There is no file "${basename(path)}": check the path.`, {
        cause,
      });
    throw new OverreadError(
      'file-corrupt',
      `Line ${number} of ${basename(path)} is no answer: write {"hash", "boxes" | "labels" | "text"} as JSON.`,
      { cause },
    );
  }
  return { byHash, hash: sha256(all.join('\n')) };
}

const plugin: ServicePlugin = {
  id: 'answers',
  summary: 'answers computed elsewhere, as JSON lines by content hash',
  roles: ['ground', 'classify', 'transcribe'],
  positional: 'file',
  options: { file: 'the JSON lines' },
  async open<Role extends ExpertRole>(role: Role, { file }: Readonly<Record<string, string>>) {
    if (file === undefined)
      throw new OverreadError('bad-argument', 'Name the file: --expert ROLE=answers:FILE.jsonl.');
    const { byHash, hash } = await readLines(file);
    const about = { id: `answers:${basename(file)}`, hash };
    const found = ({ hash: wanted }: StoredBytes, phrase?: string): Line => {
      const lines = byHash.get(wanted) ?? [];
      const said =
        lines.find((each) => each.phrase === phrase) ?? lines.find((each) => each.phrase === undefined);
      if (said !== undefined) return said;
      throw new OverreadError(
        'expert-failed',
        `${about.id} has no answer for ${wanted.slice(0, 12)}: add a line for it.`,
      );
    };
    const lacking = (what: string) =>
      new OverreadError('expert-failed', `${about.id} gives no ${what} for this: add it to its line.`);
    const roles: Partial<ExpertRoles> = {
      ground: {
        ...about,
        ground: async (picture, phrase) => {
          const { boxes } = found(picture, phrase);
          if (boxes === undefined) throw lacking('boxes');
          return boxes.toSorted((a, b) => b.score - a.score);
        },
      },
      classify: {
        ...about,
        classify: async (picture) => {
          const { labels } = found(picture);
          if (labels === undefined) throw lacking('labels');
          return labels.toSorted((a, b) => b.probability - a.probability);
        },
      },
      transcribe: {
        ...about,
        transcribe: async (audio) => {
          const { text } = found(audio);
          if (text === undefined) throw lacking('text');
          return { text };
        },
      },
    };
    return roles[role] as ExpertRoles[Role];
  },
};
export default plugin;
