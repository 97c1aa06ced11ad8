// overread env: serves a benchmark as an environment for policies, and replays the episodes that it logged.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Option, type Command as Parser } from 'commander';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import type { Protocol } from '../../domain/report.ts';
import type { QuestionFormat } from '../../domain/run.ts';
import type { ToolMode } from '../../domain/tool.ts';
import {
  assignments,
  choices,
  collect,
  nonNegativeNumber,
  optional,
  positiveInteger,
  positiveNumber,
} from '../arguments.ts';
import type { CliCommand, Flags } from '../command.ts';
import { list, text } from '../command.ts';
import type { EpisodesOptions } from '../episodes.ts';
import type { Session } from '../session.ts';

/** What shapes episodes: the same flags to serve and to replay. */
function shaping(command: Parser): Parser {
  return command
    .argument('<benchmark>', 'benchmark folder, or a published benchmark by name with --data')
    .option('--data <path>', 'folder or file of a published benchmark’s release')
    .option('--mode <mode>', 'way of asking, where a published benchmark has several')
    .option('--split <split>', 'only this split')
    .option('--facet <name=value>', 'only items of this node of a facet (repeatable)', collect)
    .option('--column <field=column>', 'a release’s own name of a field (repeatable)', collect)
    .option('--limit <n>', 'only the first n questions', positiveInteger)
    .addOption(
      new Option(
        '--tool-mode <mode>',
        'how far cases are opened to tools (default oracle; of a release vision)',
      ).choices(['oracle', 'predicted', 'vision']),
    )
    .option('--tools <tools...>', 'tools beside the published five, by name or group, or all')
    .option(
      '--expert <role=expert>',
      'an expert that tools may ask; see "overread experts" (repeatable)',
      collect,
    )
    .option('--allow <endpoint>', 'an address that may receive pictures (repeatable)', collect)
    .option('--base-url <url>', 'server behind compatible/MODEL, for experts that are models')
    .option('--segmenter <segmenter>', 'masks of --tool-mode predicted, such as noise:sd=2')
    .addOption(new Option('--format <format>', 'of a benchmark folder').choices(['mc', 'free']).default('mc'))
    .addOption(
      new Option('--protocol <protocol>', 'how answers are scored')
        .choices(['strict', 'published'])
        .default('strict'),
    )
    .option('--seed <seed>', 'with an episode’s seed it chooses the question')
    .option('--steps <n>', 'actions of an episode at most, the answer included (default 12)', positiveInteger)
    .option('--seconds <n>', 'time of an episode at most (default 1800)', positiveNumber)
    .option(
      '--reward <sum>',
      'weighted rewards, such as answer=1,format=0.1,evidence=0.3,step-cost=0.01; see "overread env rewards"',
    )
    .option('--passphrase <text>', 'opens encrypted keys')
    .option('--store <file>', 'where what experts answered is kept (default: nowhere)');
}

export default {
  register(program) {
    const env = program
      .command('env')
      .description('a benchmark as an environment for policies: reset, step, state');
    return [
      shaping(env.command('serve').description('serve episodes over HTTP and WebSocket, as OpenEnv does'))
        .option('--host <host>', 'address to listen on; others than loopback need a token', '127.0.0.1')
        .option('--port <n>', 'port to listen on; 0 takes a free one (default 8000)', nonNegativeNumber)
        .addOption(new Option('--token <token>', 'wanted of every request').env('OVERREAD_TOKEN'))
        .option('--host-name <name>', 'another name under which it may be called (repeatable)', collect)
        .option('--origin <origin>', 'a web page’s origin that may call it (repeatable)', collect)
        .option('--sessions <n>', 'sessions at once (default 64)', positiveInteger)
        .option('--idle <seconds>', 'a session silent for so long ends (default 300)', positiveNumber)
        .option('--log <file>', 'append every episode to this file, to be exported or replayed'),
      shaping(
        env.command('replay').description('play logged episodes again and compare every observation'),
      ).argument('<log>', 'file that --log wrote'),
      env.command('rewards').description('list the rewards with their formulas'),
    ];
  },
  async run(session, [benchmark, log], flags, command) {
    if (command === 'rewards') return listRewards(session);
    const options = shapeOf(session, String(benchmark), flags);
    return command === 'replay'
      ? replayLog(session, options, String(log))
      : serveEpisodes(session, options, flags);
  },
} satisfies CliCommand;

function shapeOf(session: Session, benchmark: string, flags: Flags): EpisodesOptions {
  const experts = list(flags, 'expert');
  const tools = list(flags, 'tools');
  return {
    benchmark,
    format: flags.format as QuestionFormat,
    protocol: flags.protocol as Protocol,
    facets: choices(list(flags, 'facet'), '--facet'),
    columns: assignments(list(flags, 'column'), '--column'),
    allow: [...(session.config.allow ?? []), ...list(flags, 'allow')],
    progress: session.progress,
    signal: session.signal,
    ...optional('data', text(flags, 'data')),
    ...optional('mode', text(flags, 'mode')),
    ...optional('split', text(flags, 'split')),
    ...optional('limit', flags.limit as number | undefined),
    ...optional('toolMode', flags.toolMode as ToolMode | undefined),
    ...(tools.length === 0 ? {} : { tools }),
    ...(experts.length === 0 ? {} : { experts }),
    ...optional('baseUrl', text(flags, 'baseUrl') ?? session.config.baseUrl),
    ...optional('segmenter', text(flags, 'segmenter')),
    ...optional('seed', text(flags, 'seed') ?? session.config.seed),
    ...optional('stepBudget', flags.steps as number | undefined),
    ...(typeof flags.seconds === 'number' ? { timeBudgetMs: flags.seconds * 1000 } : {}),
    ...optional('rewards', text(flags, 'reward')),
    ...optional('passphrase', text(flags, 'passphrase')),
    ...optional('store', text(flags, 'store')),
  };
}

async function listRewards(session: Session): Promise<number> {
  const { rewardPlugins } = await import('../../environment/reward.ts');
  const rewards = rewardPlugins().map(({ id, summary, formula, when }) => ({ id, when, summary, formula }));
  session.result(rewards);
  for (const { id, when, summary, formula } of rewards)
    session.say(
      `${id.padEnd(10)} ${when === 'end' ? 'at the end' : 'each step '}  ${summary}\n${' '.repeat(23)}${formula}`,
    );
  return 0;
}

async function serveEpisodes(session: Session, options: EpisodesOptions, flags: Flags): Promise<number> {
  const [{ openEpisodes, tooShort }, { serveEnvironment }, { countsLine }, { DEFAULT_STEP_BUDGET }] =
    await Promise.all([
      import('../episodes.ts'),
      import('../../environment/server.ts'),
      import('../../environment/transcript.ts'),
      import('../../environment/episode.ts'),
    ]);
  const file = text(flags, 'log');
  const log = file === undefined ? undefined : await openLog(file);
  const opened = await openEpisodes({
    ...options,
    ...(log === undefined ? {} : { onEpisode: (transcript) => log.write(transcript) }),
  });
  try {
    const { environment } = opened;
    const steps = options.stepBudget ?? DEFAULT_STEP_BUDGET;
    const short = tooShort(environment, steps);
    if (short > 0)
      session.remark(
        `${short} of ${environment.source.size} questions need more than ${steps} steps for their gold chain and answer: their episodes can end for that reason and are counted apart; give more with --steps.`,
      );
    const token = text(flags, 'token');
    const told = new Set<string>();
    const served = await serveEnvironment({
      environment,
      ...optional('host', text(flags, 'host')),
      ...optional('port', flags.port as number | undefined),
      ...optional('token', token),
      hosts: list(flags, 'hostName'),
      origins: list(flags, 'origin'),
      ...optional('maxSessions', flags.sessions as number | undefined),
      onProblem: (error) => {
        const sentence = messageOf(error);
        if (told.size < MOST_PROBLEMS && !told.has(sentence)) session.remark(sentence);
        told.add(sentence);
      },
      ...(typeof flags.idle === 'number' ? { idleMs: flags.idle * 1000 } : {}),
    });
    // With --json too: whoever starts it has to learn the port before it ends.
    if (session.json)
      process.stdout.write(`${JSON.stringify({ url: served.url, questions: environment.source.size })}\n`);
    session.say(
      `Serving ${environment.source.size} questions of ${environment.source.name} on ${served.url}`,
    );
    session.remark('Press Ctrl-C to stop.');
    await stopped(session.signal);
    await served.close();
    session.remark(countsLine(served.counts));
    return 0;
  } finally {
    await opened.close();
    await log?.close();
  }
}

/** Problems that are told of; a missing folder of pictures would fill the screen. */
const MOST_PROBLEMS = 20;

/** Resolves at the first Ctrl-C, or when the system asks the process to end. */
async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await Promise.race([once(signal, 'abort'), once(process, 'SIGTERM')]);
}

interface EpisodeLog {
  write(transcript: unknown): void;
  close(): Promise<void>;
}

/** Throws `write-failed`. */
async function openLog(path: string): Promise<EpisodeLog> {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  try {
    await once(stream, 'open');
  } catch (cause) {
    throw new OverreadError(
      'write-failed',
      `The log "${basename(path)}" cannot be written: name another with --log.`,
      { cause },
    );
  }
  let failed: unknown;
  stream.on('error', (error) => {
    failed = error;
  });
  return {
    write: (transcript) => {
      if (failed === undefined) stream.write(`${JSON.stringify(transcript)}\n`);
    },
    async close() {
      if (failed === undefined) {
        stream.end();
        await once(stream, 'close');
      }
      if (failed !== undefined)
        throw new OverreadError(
          'write-failed',
          `The log "${basename(path)}" is not whole: ${messageOf(failed)}.`,
          { cause: failed },
        );
    },
  };
}

async function replayLog(session: Session, options: EpisodesOptions, path: string): Promise<number> {
  const [{ openEpisodes }, { createEnvironment }, { replay }, { transcriptSchema }] = await Promise.all([
    import('../episodes.ts'),
    import('../../environment/episode.ts'),
    import('../../environment/replay.ts'),
    import('../../environment/transcript.ts'),
  ]);
  let lines: string[];
  try {
    lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  } catch (cause) {
    throw new OverreadError('file-not-found', `The log "${basename(path)}" cannot be read: check its name.`, {
      cause,
    });
  }
  if (lines.length === 0)
    throw new OverreadError(
      'bad-argument',
      `"${basename(path)}" holds no episode: give a file that --log wrote.`,
    );
  const opened = await openEpisodes(options);
  try {
    const environment = createEnvironment(opened.environment);
    const differing: { line: number; differsAt: number }[] = [];
    for (const [at, line] of lines.entries()) {
      if (session.signal.aborted) break;
      const transcript = transcriptSchema.safeParse(jsonOr(line));
      if (!transcript.success)
        throw new OverreadError(
          'bad-argument',
          `Line ${at + 1} of "${basename(path)}" is no episode: give a file that --log wrote.`,
        );
      const { identical, differsAt = 0 } = await replay(environment, transcript.data);
      if (!identical) differing.push({ line: at + 1, differsAt });
    }
    session.result({ episodes: lines.length, identical: lines.length - differing.length, differing });
    session.say(
      `${lines.length - differing.length} of ${lines.length} episodes replay to the same observations.`,
    );
    for (const { line, differsAt } of differing)
      session.remark(
        `Line ${line} differs first at ${differsAt === 0 ? 'the question' : `step ${differsAt}`}.`,
      );
    return differing.length === 0 ? 0 : 1;
  } finally {
    await opened.close();
  }
}

function jsonOr(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
