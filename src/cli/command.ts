// What a command is: how it is declared to the parser, and what it does.
import type { Command as Parser } from 'commander';
import type { Session } from './session.ts';

/** Parsed flags by their camel-cased names, as the parser leaves them. */
export type Flags = Readonly<Record<string, unknown>>;

export interface CliCommand {
  /** Adds the sub-command to the parser and returns it; a command with sub-commands of its own returns those.
   * Where plug-ins declare them, they are loaded only when `argv` names the command: every start would wait for them. */
  register(program: Parser, argv: readonly string[]): Parser | readonly Parser[] | Promise<readonly Parser[]>;
  /** Does the work of the (sub-)command `name`; returns the exit status when it is not 0. Heavy modules are imported in here. */
  run(
    session: Session,
    positional: readonly unknown[],
    flags: Flags,
    name: string,
  ): Promise<number | undefined>;
}

/** A flag's text, or undefined when it was not given. */
export function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** A repeatable or variadic flag as a list; empty when it was not given. */
export function list(flags: Flags, name: string): string[] {
  const value = flags[name];
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? [value] : [];
}
