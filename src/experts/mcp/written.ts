// MCP servers as written on the command line: NAME=COMMAND args…, NAME=https://host/mcp, NAME+images=… .
import { OverreadError } from '../../domain/errors.ts';

interface Named {
  /** Names of its tools begin with it. */
  readonly name: string;
  /** Whether pictures of a read may be sent to it. */
  readonly images: boolean;
}

export interface ProgramServer extends Named {
  readonly kind: 'program';
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that it is given beside the harmless ones. */
  readonly variables: readonly string[];
}

export interface AddressServer extends Named {
  readonly kind: 'address';
  readonly url: string;
}

export type WrittenServer = ProgramServer | AddressServer;

const FORM = /^([a-z][a-z0-9]{0,15})(\+images)?=(.+)$/s;

/**
 * "viewer=npx -y some-server --port 1", "viewer=env:VIEWER_KEY node server.js" (that variable is passed on),
 * "guide=https://host/mcp"; "viewer+images=…" may be sent pictures. Errors: `bad-argument`.
 */
export function parseMcpServer(written: string): WrittenServer {
  const [, name, images, rest = ''] = FORM.exec(written) ?? [];
  if (name === undefined)
    throw new OverreadError(
      'bad-argument',
      `--mcp takes NAME=COMMAND or NAME=https://host/mcp, with a name of small letters and digits, not "${written.slice(0, 60)}".`,
    );
  const named = { name, images: images !== undefined };
  if (/^https?:\/\//i.test(rest)) return { ...named, kind: 'address', url: addressOf(name, rest.trim()) };
  const words = wordsOf(rest, name);
  const first = words.findIndex((word) => !word.startsWith('env:'));
  if (first < 0)
    throw new OverreadError('bad-argument', `--mcp ${name} names no program: write ${name}=COMMAND.`);
  return {
    ...named,
    kind: 'program',
    command: words[first],
    args: words.slice(first + 1),
    variables: words.slice(0, first).map((word) => word.slice('env:'.length)),
  };
}

function addressOf(name: string, text: string): string {
  const url = URL.parse(text);
  if (url === null)
    throw new OverreadError('bad-argument', `The address of --mcp ${name} is no URL: correct it.`);
  // It stands in the run's record, which holds no secrets.
  if (url.username !== '' || url.password !== '' || /key|token|secret|password/i.test(url.search))
    throw new OverreadError(
      'bad-argument',
      `The address of --mcp ${name} holds a secret: take it out and set ${tokenVariable(name)} instead.`,
    );
  return url.href;
}

/** The variable that holds the bearer token of an HTTP server. */
export function tokenVariable(name: string): string {
  return `OVERREAD_MCP_TOKEN_${name.toUpperCase()}`;
}

/** Words parted by spaces; quotes keep spaces together. No shell: no variables, no wildcards, no pipes. */
function wordsOf(text: string, name: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const char of text.trim()) {
    if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== '')
    throw new OverreadError('bad-argument', `A quote in the command of --mcp ${name} is not closed.`);
  if (word !== undefined) words.push(word);
  return words;
}
