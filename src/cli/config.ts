// Settings from overread.config.ts or overread.config.json in the working folder; flags override them.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { messageOf, OverreadError } from '../domain/errors.ts';

const price = z.strictObject({
  /** US dollars for a million tokens. */
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
});

const config = z.strictObject({
  store: z.string().optional(),
  /** Endpoints that may receive images and prompts. */
  allow: z.array(z.string()).optional(),
  /** Base URL of the OpenAI-compatible endpoint behind `compatible/…`. */
  baseUrl: z.string().optional(),
  prices: z.record(z.string(), price).optional(),
  maxCost: z.number().nonnegative().optional(),
  concurrency: z.union([z.literal('auto'), z.number().int().positive()]).optional(),
  seed: z.union([z.string(), z.number()]).transform(String).optional(),
  rules: z.enum(['strict', 'radgpt']).optional(),
  criteria: z.enum(['published', 'radgpt', 'guideline']).optional(),
  scheme: z.string().optional(),
  layout: z.string().optional(),
  workers: z.number().int().positive().optional(),
});

export type Config = z.infer<typeof config>;

/** Identity function that gives a configuration file its types. */
export function defineConfig(settings: z.input<typeof config>): z.input<typeof config> {
  return settings;
}

/** Reads the configuration of `folder`, or returns an empty one. Throws `bad-config` naming the wrong setting. */
export async function loadConfig(folder: string): Promise<Config> {
  const script = join(folder, 'overread.config.ts');
  const json = join(folder, 'overread.config.json');
  let raw: unknown;
  let file: string;
  try {
    if (existsSync(script)) {
      file = 'overread.config.ts';
      raw = ((await import(pathToFileURL(script).href)) as { default?: unknown }).default;
    } else if (existsSync(json)) {
      file = 'overread.config.json';
      raw = JSON.parse(await readFile(json, 'utf8'));
    } else return {};
  } catch (error) {
    throw new OverreadError(
      'bad-config',
      `The configuration file could not be read (${messageOf(error).split('\n')[0]}): mend it or move it away.`,
      { cause: error },
    );
  }
  const parsed = config.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new OverreadError(
    'bad-config',
    `${file}: ${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}; mend that setting.`,
  );
}
