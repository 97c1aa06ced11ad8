// Flags that people set on questions: an append-only file beside the store, durable before anybody is told.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { type Flag, flag, type NewFlag } from '../shapes/flags.ts';

/** A line of the file: a flag that was set, or one that was taken back. */
const entry = z.union([z.object({ set: flag }), z.object({ withdrawn: z.string(), at: z.string() })]);

export interface Flags {
  /** Resolves once the flag is on the disk. Throws `limit-exceeded` for too many, `write-failed`. */
  set(benchmark: string, given: NewFlag, by: string): Promise<Flag>;
  /** Takes a flag back. Throws `file-not-found` for one that is not there. */
  withdraw(benchmark: string, id: string): Promise<void>;
  /** Of a benchmark, newest first. */
  of(benchmark: string): Promise<readonly Flag[]>;
}

const FILE = 'flags.jsonl';
/** Bytes of the file: more is a mistake of some program. */
const LARGEST = 64 << 20;

/** @param folder the workbench's own folder beside the store */
export function openFlags(folder: string): Flags {
  const path = join(folder, FILE);
  let held: { size: number; flags: Map<string, Flag> } = { size: -1, flags: new Map() };
  let last: Promise<unknown> = Promise.resolve();

  /** What stands in the file now: another workbench over the same store may have written too. */
  async function current(): Promise<Map<string, Flag>> {
    const size = await stat(path).then(
      (facts) => facts.size,
      () => 0,
    );
    if (size === held.size) return held.flags;
    const flags = new Map<string, Flag>();
    for (const line of size === 0 ? [] : (await readText(path)).split('\n')) {
      const said = entry.safeParse(parsed(line));
      // A line that a crash cut short was never confirmed to anybody.
      if (!said.success) continue;
      if ('set' in said.data) flags.set(said.data.set.id, said.data.set);
      else flags.delete(said.data.withdrawn);
    }
    held = { size, flags };
    return flags;
  }

  /** One after the other, each durable before the next. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  }

  return {
    set: (benchmark, given, by) =>
      inTurn(async () => {
        const made: Flag = {
          id: `f-${randomBytes(9).toString('base64url')}`,
          ...{ benchmark, ...given, at: new Date().toISOString(), by },
        };
        await append(path, { set: made });
        return made;
      }),
    withdraw: (benchmark, id) =>
      inTurn(async () => {
        if ((await current()).get(id)?.benchmark !== benchmark)
          throw new OverreadError('file-not-found', 'There is no such flag: it may have been taken back.');
        await append(path, { withdrawn: id, at: new Date().toISOString() });
      }),
    async of(benchmark) {
      const flags = await inTurn(current);
      return [...flags.values()].filter((one) => one.benchmark === benchmark).reverse();
    },
  };
}

async function readText(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

async function append(path: string, line: z.infer<typeof entry>): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
    const { size } = await handle.stat();
    const text = `${JSON.stringify(line)}\n`;
    if (size + text.length > LARGEST)
      throw new OverreadError(
        'limit-exceeded',
        'There are too many flags: export them, then move flags.jsonl out of the folder beside the store.',
      );
    // Whatever a crash cut short gets a line of its own.
    await handle.write((await endsLine(handle, size)) ? text : `\n${text}`);
    await handle.sync();
  } catch (cause) {
    if (OverreadError.isInstance(cause)) throw cause;
    throw new OverreadError(
      'write-failed',
      'The flag cannot be kept: make room on the disk that holds the store, and try again.',
      { cause },
    );
  } finally {
    await handle?.close();
  }
}

async function endsLine(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
