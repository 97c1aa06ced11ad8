// overread run: lets readers read a benchmark; resumable; prints the run ids.
import { existsSync } from 'node:fs';
import type { PublishedSettings } from '../../benchmarks/published-settings.ts';
import { OverreadError } from '../../domain/errors.ts';
import { questionFormat, type RunRecord } from '../../domain/run.ts';
import type { RunSummary } from '../../runs/engine.ts';
import { isPersonRun } from '../../runs/person-run.ts';
import {
  assignments,
  autoOrPositiveInteger,
  choices,
  collect,
  nonNegativeNumber,
  optional,
  positiveInteger,
  positiveNumber,
} from '../arguments.ts';
import type { CliCommand, Flags } from '../command.ts';
import { list, text } from '../command.ts';
import type { ReadingOptions } from '../reading.ts';
import { existingStore, type Session, storeUrl } from '../session.ts';

export default {
  register: (program) =>
    program
      .command('run')
      .description('let readers read a benchmark; prints a run id for each')
      .argument(
        '[benchmark]',
        'benchmark folder, or a published benchmark by name with --data (with --resume: from the run)',
      )
      .option('--reader <readers...>', 'readers as [STRATEGY@]MODEL[#MODE]; see "overread readers"')
      .option('--data <path>', 'folder or file of a published benchmark’s release; see "overread data list"')
      .option('--mode <mode>', 'way of asking, where a published benchmark has several')
      .option('--split <split>', 'only this split of a published benchmark')
      .option('--facet <name=value>', 'only items of this node of a facet (repeatable)', collect)
      .option('--column <field=column>', 'a release’s own name of a field (repeatable)', collect)
      .option('--format <format>', 'mc (multiple choice) or free', 'mc')
      .option('--repeats <n>', 'reads of each question', positiveInteger)
      .option('--limit <n>', 'only the first n questions', positiveInteger)
      .option('--only <questions...>', 'only these question ids')
      .option('--resume <run>', 'go on with a run that was stopped')
      .option('--retry <what>', 'with --resume: ask again what failed or was unparsed')
      .option('--seed <seed>', 'seed of everything random in reading')
      .option(
        '--allow <endpoint>',
        'an address or provider that may receive prompts and images (repeatable)',
        collect,
      )
      .option('--base-url <url>', 'server behind compatible/MODEL')
      .option('--max-cost <usd>', 'stop before spending more', nonNegativeNumber)
      .option('--price <price>', 'MODEL=INPUT,OUTPUT in US dollars per million tokens (repeatable)', collect)
      .option('--concurrency <n>', '"auto" or requests at once', autoOrPositiveInteger)
      .option('--timeout <seconds>', 'how long a model may take for one try (default 120)', positiveNumber)
      .option('--segmenter <segmenter>', 'masks of #predicted, such as noise:sd=2 or mask-file:FOLDER')
      .option('--ladder', 'ask again with gold evidence, rung by rung, beside another patient’s')
      .option(
        '--expert <role=expert>',
        'an expert that strategies may ask; see "overread experts" (repeatable)',
        collect,
      )
      .option(
        '--option <name=value>',
        'an option of the reader; see "overread readers" (repeatable)',
        collect,
      )
      .option('--tools <tools...>', 'tools beside the published five, by name or group, or all')
      .option(
        '--mcp <name=server>',
        'an MCP server, by command or address, whose tools join (repeatable)',
        collect,
      )
      .option('--published-tools', 'only the published tools and step rule')
      .option('--confidence', 'ask for a confidence')
      .option('--no-cache', 'do not answer from earlier replies')
      .option('--passphrase <text>', 'opens encrypted keys, for baselines that know the training split')
      .option('--store <file>', 'where reads are kept (default ./overread.db)'),
  async run(session, [folder], flags) {
    const format = questionFormat.safeParse(flags.format);
    if (!format.success) throw new OverreadError('bad-argument', 'Give --format mc or --format free.');
    const retry = text(flags, 'retry');
    if (retry !== undefined && retry !== 'failed' && retry !== 'unparsed')
      throw new OverreadError('bad-argument', 'Give --retry failed or --retry unparsed.');
    const { config } = session;
    const store = storeUrl(session, text(flags, 'store'));
    const resume = text(flags, 'resume');
    const [{ readBenchmark }, { isPublished }, { publishedSettings }, { readPublished }, { parsePrice }] =
      await Promise.all([
        import('../reading.ts'),
        import('../../benchmarks/published-plugins.ts'),
        import('../../benchmarks/published-settings.ts'),
        import('../reading-published.ts'),
        import('../../experts/model-ref.ts'),
      ]);
    let released: (PublishedSettings & { readonly data: string }) | undefined;
    let benchmark = typeof folder === 'string' ? folder : undefined;
    let readers = list(flags, 'reader');
    let formatUsed = format.data;
    let repeats = typeof flags.repeats === 'number' ? flags.repeats : undefined;
    let seed = text(flags, 'seed') ?? config.seed;
    let isLadder = false;
    let segmenter = text(flags, 'segmenter');
    let published = flags.publishedTools === true;
    let confidence = flags.confidence === true;
    let used: RunRecord['settings'] = {};
    if (resume !== undefined) {
      const earlier = await earlierRun(existingStore(session, store), resume);
      const settings = publishedSettings(earlier);
      if (settings !== undefined) released = { ...settings, data: earlier.benchmark };
      benchmark ??= settings?.benchmark ?? earlier.benchmark;
      if (readers.length === 0) readers = [earlier.reader];
      formatUsed = earlier.format;
      repeats = earlier.repeats;
      seed = earlier.seed;
      isLadder = earlier.settings.ladder !== undefined;
      segmenter ??= segmenterOf(earlier.settings.segmenter);
      published ||= earlier.settings.published === true;
      confidence ||= earlier.settings.confidence === true;
      used = earlier.settings;
    }
    if (benchmark === undefined)
      throw new OverreadError(
        'bad-argument',
        'Name the benchmark folder: overread run BENCHMARK --reader READER.',
      );
    if (readers.length === 0)
      throw new OverreadError(
        'bad-argument',
        'Name at least one reader with --reader; "overread readers" lists them.',
      );
    if (resume !== undefined && readers.length > 1)
      throw new OverreadError('bad-argument', 'A run has one reader: resume one run at a time.');
    const prices = {
      ...config.prices,
      ...Object.fromEntries(
        list(flags, 'price').map((p) => {
          const { ref, price } = parsePrice(p);
          return [ref, price];
        }),
      ),
    };
    const maxCost = (flags.maxCost as number | undefined) ?? config.maxCost;
    const only = list(flags, 'only');
    const shared = {
      readers,
      store,
      ...(repeats === undefined ? {} : { repeats }),
      ...(typeof flags.limit === 'number' ? { limit: flags.limit } : {}),
      ...(only.length === 0 ? {} : { only }),
      ...(resume === undefined ? {} : { resume }),
      ...(retry === undefined ? {} : { retry: retry as 'failed' | 'unparsed' }),
      ...(seed === undefined ? {} : { seed }),
      allow: [...(config.allow ?? []), ...list(flags, 'allow')],
      ...optional('baseUrl', text(flags, 'baseUrl') ?? config.baseUrl),
      prices,
      ...(maxCost === undefined ? {} : { maxCost }),
      ...optional('concurrency', (flags.concurrency as 'auto' | number | undefined) ?? config.concurrency),
      ...optional('timeout', flags.timeout as number | undefined),
      confidence,
      ...strategyFlags(flags, used),
      noCache: flags.cache === false,
      remark: session.remark,
      progress: session.progress,
      signal: session.signal,
    };
    const onRun = (summary: RunSummary) => tell(session, summary);
    const data = text(flags, 'data') ?? released?.data;
    if (data === undefined && isPublished(benchmark) && !existsSync(benchmark))
      throw new OverreadError(
        'bad-argument',
        `"${benchmark}" is a published benchmark: say where its release lies with --data.`,
      );
    const summaries =
      data === undefined
        ? await readBenchmark(
            {
              ...shared,
              benchmark,
              format: formatUsed,
              ...optional('segmenter', segmenter),
              ...optional('passphrase', text(flags, 'passphrase')),
              published,
              ladder: flags.ladder === true || isLadder,
            },
            onRun,
          )
        : await readPublished(
            {
              ...shared,
              benchmark: released?.benchmark ?? benchmark,
              data,
              ...optional('mode', text(flags, 'mode') ?? released?.mode),
              ...optional('split', text(flags, 'split') ?? released?.split ?? undefined),
              facets: { ...released?.facets, ...choices(list(flags, 'facet'), '--facet') },
              columns: { ...released?.columns, ...assignments(list(flags, 'column'), '--column') },
            },
            onRun,
          );
    session.result(
      summaries.map(({ error, ...rest }) => ({
        ...rest,
        ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
      })),
    );
    const [stopped] = summaries.filter((summary) => summary.error !== undefined);
    if (stopped?.error !== undefined) return stopped.error.exitCode;
    if (session.signal.aborted) return 130;
    // A server that is down fails every read: a script must not go on as if something had been read.
    return summaries.some(({ planned, counts }) => planned > 0 && counts.failed === planned) ? 1 : 0;
  },
} satisfies CliCommand;

/** As given now, or as the resumed run was begun. */
function strategyFlags(flags: Flags, used: RunRecord['settings']): Partial<ReadingOptions> {
  const experts = list(flags, 'expert');
  const options = assignments(list(flags, 'option'), '--option');
  const before = used as {
    expertsAsWritten?: string[];
    readerOptions?: Record<string, string>;
    toolsAsked?: string[];
    mcp?: string[];
  };
  const pick = <T>(given: readonly T[], earlier: readonly T[] | undefined) =>
    given.length > 0 ? given : earlier;
  return {
    ...optional('experts', pick(experts, before.expertsAsWritten)),
    ...optional('readerOptions', Object.keys(options).length > 0 ? options : before.readerOptions),
    ...optional('tools', pick(list(flags, 'tools'), before.toolsAsked)),
    ...optional('mcp', pick(list(flags, 'mcp'), before.mcp)),
  };
}

function tell(session: Session, summary: RunSummary): void {
  session.say(summary.runId);
  const { answered, unparsed, refused, failed, unsupported } = summary.counts;
  const cost =
    summary.costUsd === undefined || summary.costUsd === 0 ? '' : `, $${summary.costUsd.toFixed(4)}`;
  session.remark(
    `${summary.reader}: ${answered} answered, ${unparsed} unparsed, ${refused} refused, ${failed} failed, ${unsupported} unsupported${summary.resent > 0 ? `, ${summary.resent} sent again` : ''}${cost}`,
  );
  if (summary.error !== undefined) session.remark(`${summary.reader}: ${summary.error.message}`);
}

/** The segmenter that a run began with, where its record says all of it. */
function segmenterOf(kept: unknown): string | undefined {
  if (typeof kept !== 'string' || kept.startsWith('noise')) return kept as string | undefined;
  throw new OverreadError(
    'bad-argument',
    `The run began with masks of the segmenter ${kept}: give the same --segmenter again.`,
  );
}

async function earlierRun(storeAt: string, id: string) {
  const { openStore } = await import('../../storage/store.ts');
  const store = await openStore(storeAt);
  try {
    const run = await store.run(id);
    if (run !== undefined && isPersonRun(run))
      throw new OverreadError(
        'bad-argument',
        `People read run ${id}: they go on in the reading room, which "overread serve" opens.`,
      );
    if (run !== undefined) return run;
    throw new OverreadError('run-unknown', `The store has no run ${id}: check the id and --store.`);
  } finally {
    await store.close();
  }
}
