// Reader names: [STRATEGY@]MODEL[#MODE], or the name of a reader without a model.
import { OverreadError } from '../domain/errors.ts';
import { TOOL_MODES, type ToolMode } from '../domain/tool.ts';

export interface ReaderName {
  /** "tools" in tools@openai/gpt-5#oracle; undefined when none was written. */
  readonly strategy: string | undefined;
  /** "openai/gpt-5"; for a reader without a model, its name: "random", "executor". */
  readonly model: string;
  readonly mode: ToolMode | undefined;
}

/**
 * Splits a reader's name. The model may itself hold "@" and "#" only where they cannot be mistaken: the strategy ends
 * at the first "@" before any "/", and only a known mode ends the name after its last "#".
 * Errors: `bad-argument` for an empty part or an unknown mode.
 */
export function parseReaderName(text: string): ReaderName {
  const problem = (what: string) =>
    new OverreadError(
      'bad-argument',
      `The reader "${text}" ${what}: write [STRATEGY@]MODEL[#MODE], such as tools@openai/gpt-5#oracle.`,
    );
  let rest = text.trim();
  if (rest === '' || /\s/.test(rest)) throw problem(rest === '' ? 'has no name' : 'holds white space');
  let mode: ToolMode | undefined;
  const hash = rest.lastIndexOf('#');
  if (hash >= 0) {
    const name = rest.slice(hash + 1);
    mode = TOOL_MODES.find((known) => known === name);
    if (mode === undefined)
      throw problem(`asks for the mode "${name}", which is none of ${TOOL_MODES.join(', ')}`);
    rest = rest.slice(0, hash);
  }
  const slash = rest.indexOf('/');
  const at = rest.indexOf('@');
  const hasStrategy = at >= 0 && (slash < 0 || at < slash);
  const strategy = hasStrategy ? rest.slice(0, at) : undefined;
  const model = hasStrategy ? rest.slice(at + 1) : rest;
  if (model === '' || strategy === '') throw problem('lacks a part');
  return { strategy, model, mode };
}

export function formatReaderName({ strategy, model, mode }: ReaderName): string {
  return `${strategy === undefined ? '' : `${strategy}@`}${model}${mode === undefined ? '' : `#${mode}`}`;
}
