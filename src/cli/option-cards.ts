// Options that plug-ins declare, as flags of a command.
import { Option, type Command as Parser } from 'commander';
import type { OptionCard } from '../benchmarks/builder.ts';
import { collect } from './arguments.ts';
import type { Flags } from './command.ts';

/** Adds a flag for each option that the command does not have yet. */
export function addOptions(parser: Parser, cards: readonly OptionCard[]): Parser {
  for (const { name, value, about, default: usual, repeatable } of cards) {
    if (parser.options.some((option) => option.long === `--${name}`)) continue;
    const option = new Option(
      // A switch may stand alone: --plan-only says as much as --plan-only yes.
      value === 'yes' ? `--${name} [yes]` : `--${name} <${value}>`,
      `${about}${usual === undefined ? '' : ` (default ${usual})`}`,
    );
    parser.addOption(repeatable ? option.argParser(collect) : option);
  }
  return parser;
}

/** What was given, by option name. */
export function givenOptions(flags: Flags, cards: readonly OptionCard[]): Record<string, readonly string[]> {
  const given: Record<string, readonly string[]> = {};
  for (const { name } of cards) {
    const value = flags[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (Array.isArray(value)) given[name] = value.map(String);
    else if (value === true) given[name] = ['yes'];
    else if (typeof value === 'string') given[name] = [value];
  }
  return given;
}
