// The command line: parses arguments, runs one command, turns errors into one sentence and an exit status.

/** Runs the command line and returns the exit status. */
export async function main(_argv: readonly string[]): Promise<number> {
  return 0;
}
