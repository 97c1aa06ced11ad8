// The command line: parses arguments, runs one command, turns errors into one sentence and an exit status.
import { Command, CommanderError } from 'commander';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { VERSION } from '../domain/version.ts';
import type { CliCommand } from './command.ts';
import { commands } from './commands/all.ts';
import { openSession, type Session, type SharedFlags } from './session.ts';
import { terminalText } from './terminal-text.ts';

/** Runs the command line and returns the exit status: 0, 2 for bad input, 1 for failed work, 130 after Ctrl-C. */
export async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write('\nStopping after what is under way; press Ctrl-C again to stop at once.\n');
    stop.abort(new OverreadError('cancelled', 'The work was stopped; run the command again to go on.'));
  };
  process.on('SIGINT', onInterrupt);
  // A reader of the output that goes away (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  let status = 0;
  const program = new Command('overread')
    .description('The second reader for medical vision-language AI.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(true)
    .helpCommand(true);
  const addTo = (sub: Command, command: CliCommand): void => {
    sub.exitOverride().configureOutput({ writeErr: () => {} });
    sub
      .option('--json', 'print machine-readable output on stdout and nothing else there')
      .option('--debug', 'show stacks with errors');
    // What stands on a command line, everybody on the machine can read.
    sub.options.find(({ long }) => long === '--passphrase')?.env('OVERREAD_PASSPHRASE');
    sub.on('optionEnv:passphrase', (value: string) =>
      sub.setOptionValueWithSource('passphrase', value, 'env'),
    );
    sub.action(async () => {
      const flags = sub.opts<SharedFlags & Record<string, unknown>>();
      const session: Session = await openSession(flags, stop.signal);
      status = (await command.run(session, sub.processedArgs, flags, sub.name())) ?? 0;
    });
  };
  for (const command of commands) {
    const registered = await command.register(program, argv);
    for (const sub of Array.isArray(registered)
      ? (registered as readonly Command[])
      : [registered as Command]) {
      sub.parent?.exitOverride().configureOutput({ writeErr: () => {} });
      addTo(sub, command);
    }
  }
  try {
    if (argv.length === 0) {
      process.stdout.write(program.helpInformation());
      return 2;
    }
    // `help study prompts` too: commander knows the help of one level only.
    const asked = argv[0] === 'help' && argv.length > 2 ? [...argv.slice(1), '--help'] : [...argv];
    await program.parseAsync(asked, { from: 'user' });
    return status;
  } catch (error) {
    const group = program.commands.find((sub) => sub.name() === argv[0]);
    const sub = group?.commands.find((one) => one.name() === argv[1]);
    const named = [group, sub].flatMap((one) => (one === undefined ? [] : ` ${one.name()}`)).join('');
    if (error instanceof CommanderError && error.code === 'commander.help' && error.exitCode !== 0) {
      // A group of commands alone, such as `overread data`: what it holds, as `overread` alone says it.
      if (group !== undefined) process.stdout.write(group.helpInformation());
      else process.stderr.write(`overread: There is no command "${argv[1]}": "overread help" lists them.\n`);
      return 2;
    }
    return report(error, argv.includes('--debug'), stop.signal.aborted, named);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

const oneLine = (text: string): string => terminalText(text.replaceAll(/\s*\n\s*/g, ' '));

/** One sentence on stderr; the stack only with --debug. Returns the exit status. */
function report(error: unknown, debug: boolean, stopped: boolean, command: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const sentence = oneLine(error.message.replace(/^error: /, ''));
    process.stderr.write(
      `overread: ${/[.?!]$/.test(sentence) ? sentence : `${sentence}.`} Run "overread help${command}" to see what there is.\n`,
    );
    return 2;
  }
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? error.message}\n`);
  const message = oneLine(messageOf(error));
  if (OverreadError.isInstance(error)) {
    process.stderr.write(`overread: ${message}\n`);
    return stopped && error.code === 'cancelled' ? 130 : error.exitCode;
  }
  process.stderr.write(`overread: ${message} (unexpected: run again with --debug and report it)\n`);
  return 1;
}
