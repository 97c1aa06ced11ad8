// Who can read, as the command line lists it: asked once of a process, so that the server need not load every strategy.
import { parseReaderName } from '../../../agents/reader-name.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { type ReaderEntry, readerEntry } from '../shapes/runs.ts';
import { type CommandContext, runCommand } from './child.ts';

export interface ReaderCatalogue {
  readonly readers: readonly ReaderEntry[];
  readonly providers: readonly string[];
}

interface Card {
  readonly id: string;
  readonly summary: string;
  readonly takesModel: boolean;
  readonly local: boolean;
  readonly modes: readonly string[];
  readonly options: readonly { name: string; summary: string; default?: string; file?: boolean }[];
  readonly paper?: { readonly title: string };
  readonly needs?: readonly string[];
}

const SECONDS = 60;

export async function readReaders(context: CommandContext): Promise<ReaderCatalogue> {
  const { status, out, problem } = await runCommand(context, ['readers', '--json'], {
    signal: AbortSignal.timeout(SECONDS * 2000),
    timeoutMs: SECONDS * 1000,
    heap: 512,
    maxOutput: 8 << 20,
  });
  if (status !== 0) throw new OverreadError('internal', problem ?? 'The readers cannot be listed.');
  const { readers, providers } = JSON.parse(out) as { readers: Card[]; providers: string[] };
  return { readers: readers.map(entryOf), providers };
}

function entryOf({ options, paper, needs = [], ...card }: Card): ReaderEntry {
  return readerEntry.parse({
    ...card,
    options: options.map(({ file = false, ...option }) => ({ ...option, file })),
    needs,
    ...(paper === undefined ? {} : { paper: paper.title }),
  });
}

/** The entry of a reader as written: the strategy, or the reader by itself. Errors: `bad-argument`, `reader-unknown`. */
export function entryFor({ readers }: Pick<ReaderCatalogue, 'readers'>, written: string): ReaderEntry {
  const { strategy, model } = parseReaderName(written);
  const id = strategy ?? (model.includes('/') ? 'direct' : model);
  const entry = readers.find((one) => one.id === id);
  if (entry !== undefined) return entry;
  throw new OverreadError(
    'reader-unknown',
    strategy === undefined
      ? `There is no reader "${written}": name a model as PROVIDER/MODEL, or choose one from the list.`
      : `There is no strategy "${strategy}": choose one from the list.`,
  );
}
