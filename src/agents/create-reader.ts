// Readers by name: parses [STRATEGY@]MODEL[#MODE], finds the plug-in, opens the model, makes the reader.
import { OverreadError } from '../domain/errors.ts';
import type { Reader } from '../domain/reader.ts';
import { parseReaderName, type ReaderName } from './reader-name.ts';
import type { ReaderDeps, ReaderPlugin } from './reader-plugin.ts';
import { readers } from './readers/registry.generated.ts';

export type { OtherCases, OtherPictures, ReaderDeps, SamplingSettings } from './reader-plugin.ts';

/** The strategy of a model that is named without one. */
const DEFAULT_STRATEGY = 'direct';

const plugins = readers as Readonly<Record<string, ReaderPlugin>>;

/** Every reader plug-in: strategies around a model, and readers by themselves. */
export function readerPlugins(): readonly ReaderPlugin[] {
  return Object.values(plugins);
}

/** The plug-in that a name stands for. Errors: `reader-unknown`, `bad-argument`. */
export function pluginOf(written: string): { plugin: ReaderPlugin; name: ReaderName } {
  const name = parseReaderName(written);
  const alone = plugins[name.model];
  if (name.strategy === undefined && !name.model.includes('/')) {
    if (alone !== undefined && !alone.model) return { plugin: checkedMode(alone, name, written), name };
    throw new OverreadError(
      'reader-unknown',
      alone === undefined
        ? `There is no reader "${written}": name a model as PROVIDER/MODEL, or one of ${listed(false)}.`
        : `"${name.model}" is a strategy and needs a model: write ${name.model}@${modelForm(alone)}.`,
    );
  }
  const strategy = plugins[name.strategy ?? DEFAULT_STRATEGY];
  if (strategy === undefined)
    throw new OverreadError(
      'reader-unknown',
      `There is no strategy "${name.strategy}": use one of ${listed(true)}.`,
    );
  if (!strategy.model)
    throw new OverreadError('bad-argument', `The reader "${strategy.id}" takes no model: write it alone.`);
  if (!name.model.includes('/'))
    throw new OverreadError(
      'bad-argument',
      strategy.local === true
        ? `"${name.model}" names no file: write ${strategy.id}@${modelForm(strategy)}.`
        : `"${name.model}" names no provider: write the model as PROVIDER/MODEL, such as openai/gpt-5.`,
    );
  return { plugin: checkedMode(strategy, name, written), name };
}

/**
 * Makes a reader. Errors: `reader-unknown` or `bad-argument` for the name, and what opening the model throws
 * (`endpoint-not-trusted`, `credential-missing`, `dependency-missing`, …).
 */
export async function createReader(written: string, deps: ReaderDeps): Promise<Reader> {
  const { plugin, name } = pluginOf(written);
  if (!plugin.model || plugin.local === true) return plugin.create({ ...deps, name, written });
  const { gateway } = deps;
  if (gateway === undefined)
    throw new OverreadError('bad-argument', `The reader "${written}" needs a gateway to reach its model.`);
  // Trust, key, price and package are settled before the first question, not by its failing.
  await gateway.prepare(name.model);
  return plugin.create({ ...deps, name, written, chat: gateway.languageModel(name.model) });
}

/**
 * An option must be one of some reader's: a typing error must not pass as a setting. Throws `bad-argument`, and
 * `reader-unknown` for a reader that there is not.
 */
export function checkReaderOptions(
  readers: readonly string[],
  given: Readonly<Record<string, string>> = {},
): void {
  const known = readers.flatMap((written) => pluginOf(written).plugin.options ?? []).map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new OverreadError(
    'bad-argument',
    known.length === 0
      ? `These readers take no options: leave out --option ${unknown}.`
      : `None of these readers has an option "${unknown}": use ${[...new Set(known)].join(', ')}.`,
  );
}

/** How a strategy's model is written. */
function modelForm({ local }: ReaderPlugin): string {
  return local === true ? 'onnx/PATH or embeddings/PATH' : 'PROVIDER/MODEL';
}

function listed(model: boolean): string {
  return readerPlugins()
    .filter((plugin) => plugin.model === model)
    .map((plugin) => plugin.id)
    .join(', ');
}

function checkedMode(plugin: ReaderPlugin, name: ReaderName, written: string): ReaderPlugin {
  if (name.mode === undefined || plugin.modes.includes(name.mode)) return plugin;
  const known = plugin.modes.map((mode) => `#${mode}`).join(', ');
  throw new OverreadError(
    'bad-argument',
    plugin.modes.length === 0
      ? `The reader "${written}" has no modes: leave out "#${name.mode}".`
      : `The reader "${written}" has no mode "${name.mode}": use ${known}.`,
  );
}
