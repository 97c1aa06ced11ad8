// What every command shares: where output goes, the settings, the store's address, the stop signal.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import { silent } from '../domain/progress.ts';
import { type Config, loadConfig } from './config.ts';
import { progressBar } from './progress-bar.ts';
import { progressLines } from './progress-lines.ts';
import { terminalText } from './terminal-text.ts';

export interface Session {
  readonly json: boolean;
  readonly debug: boolean;
  readonly config: Config;
  readonly progress: Progress;
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly signal: AbortSignal;
  /** Text for people on stdout; nothing with --json. */
  say(text: string): void;
  /** Remarks for people on stderr; nothing with --json. */
  remark(text: string): void;
  /** The machine-readable result on stdout; nothing without --json. */
  result(value: unknown): void;
}

export interface SharedFlags {
  readonly json?: boolean;
  readonly debug?: boolean;
}

export async function openSession(flags: SharedFlags, signal: AbortSignal): Promise<Session> {
  const json = flags.json === true;
  return {
    json,
    debug: flags.debug === true,
    config: await loadConfig(process.cwd()),
    progress: progressOf(process.env.OVERREAD_PROGRESS, json),
    signal,
    say: (text) => {
      if (!json) process.stdout.write(`${terminalText(text)}\n`);
    },
    remark: (text) => {
      if (!json) process.stderr.write(`${terminalText(text)}\n`);
    },
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}

/** `OVERREAD_PROGRESS` is for programs that start this one: "json" for lines to be parsed, "none" for a quiet stderr. */
function progressOf(wanted: string | undefined, json: boolean): Progress {
  if (wanted === 'json') return progressLines(process.stderr);
  return json || wanted === 'none' ? silent : progressBar(process.stderr);
}

/** Path or URL of the store: --store, the configuration, or ./overread.db. */
export function storeUrl(session: Session, flag: string | undefined): string {
  return flag ?? session.config.store ?? './overread.db';
}

/** The same, for commands that only read a store: a wrong path must not make an empty one. Throws `file-not-found`. */
export function existingStore(session: Session, flag: string | undefined): string {
  const url = storeUrl(session, flag);
  const path = url.replace(/^sqlite:(\/\/)?/, '');
  if (existsSync(path)) return url;
  throw new OverreadError(
    'file-not-found',
    `There is no store ${basename(path)} here: name it with --store, or start a run with "overread run".`,
  );
}
