// A judge on the command line: named by the user, reached through the gateway, its replies kept beside the runs.
import type { ModelJudge } from '../experts/judging/judge.ts';
import { collect, nonNegativeNumber, optional } from './arguments.ts';
import { type Flags, list, text } from './command.ts';
import type { Session } from './session.ts';

interface Declares {
  option(flags: string, about: string, parse?: (value: string, previous: never) => unknown): Declares;
}

/** Adds what a command that judges must be told. */
export function judgeOptions<T>(command: T): T {
  (command as unknown as Declares)
    .option(
      '--judge <model>',
      'model that judges replies, where a benchmark’s scores need one: PROVIDER/MODEL',
    )
    .option(
      '--allow <endpoint>',
      'an address or provider that may receive what is judged (repeatable)',
      collect,
    )
    .option('--base-url <url>', 'server behind compatible/MODEL')
    .option('--max-cost <usd>', 'stop before the judge spends more', nonNegativeNumber)
    .option('--price <price>', 'MODEL=INPUT,OUTPUT in US dollars per million tokens (repeatable)', collect)
    .option('--no-cache', 'do not answer from earlier judgements');
  return command;
}

/** The judge that was named, or undefined. `store` keeps its replies, so that a second report asks nothing again. */
export async function openJudge(
  { config, signal }: Session,
  flags: Flags,
  store: string | undefined,
): Promise<{ readonly judge: ModelJudge; close(): Promise<void> } | undefined> {
  const ref = text(flags, 'judge');
  if (ref === undefined) return undefined;
  const [{ createGateway }, { modelJudge }, { parsePrice }, { openStore }] = await Promise.all([
    import('../experts/gateway.ts'),
    import('../experts/judging/judge.ts'),
    import('../experts/model-ref.ts'),
    import('../storage/store.ts'),
  ]);
  const kept = store === undefined ? undefined : await openStore(store);
  const baseUrl = text(flags, 'baseUrl') ?? config.baseUrl;
  const maxCost = (flags.maxCost as number | undefined) ?? config.maxCost;
  const given = list(flags, 'price').map((written) => parsePrice(written));
  const gateway = createGateway({
    allow: [...(config.allow ?? []), ...list(flags, 'allow')],
    ...optional('baseUrls', baseUrl === undefined ? undefined : { compatible: baseUrl }),
    ...optional('store', kept),
    ...(flags.cache === false ? { cache: 'off' as const } : {}),
    ...optional('budget', maxCost === undefined ? undefined : { usd: maxCost }),
    prices: { ...config.prices, ...Object.fromEntries(given.map(({ ref: name, price }) => [name, price])) },
    concurrency: config.concurrency ?? 'auto',
  });
  const close = async () => {
    await gateway.close();
    await kept?.close();
  };
  try {
    return { judge: await modelJudge(gateway, ref, { signal }), close };
  } catch (error) {
    await close();
    throw error;
  }
}
