// overread serve: the workbench in the browser, over any store.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OverreadError } from '../../domain/errors.ts';
import { collect, optional, portNumber } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';
import { type Session, storeUrl } from '../session.ts';

const TOKEN_VARIABLE = 'OVERREAD_TOKEN';
const DEFAULT_PORT = 4747;

export default {
  register: (program) =>
    program
      .command('serve')
      .description('open the workbench in the browser: runs, reads, cases, the reading room')
      .argument('[benchmarks...]', 'benchmark folders to show beside those that runs of the store read')
      .option('--store <file>', 'where reads are kept (default ./overread.db, else the demo’s)')
      .option(
        '--port <port>',
        `port of this machine; 0 picks a free one (default ${DEFAULT_PORT})`,
        portNumber,
      )
      .option('--host <address>', 'address to listen on (default 127.0.0.1: this machine only)')
      .option('--allow-host <name:port>', 'a name by which browsers may call it (repeatable)', collect)
      .option('--files <dir>', 'folder below which scans may be pointed at (default: the current folder)')
      .option(
        '--allow <endpoint>',
        'an address or provider that runs begun here may contact (repeatable)',
        collect,
      )
      .option('--base-url <url>', 'server behind compatible/MODEL in runs begun here')
      .option('--passphrase <text>', 'opens encrypted keys')
      .option(
        '--token-env <name>',
        `variable that holds the token (default ${TOKEN_VARIABLE}; else a new one)`,
      )
      .option('--open', 'open the page in a browser'),
  async run(session, [benchmarks], flags) {
    const store = chosenStore(session, text(flags, 'store'));
    const path = store.replace(/^sqlite:(\/\/)?/, '');
    const isNew = path !== ':memory:' && !existsSync(path);
    if (isNew && !existsSync(dirname(resolve(path))))
      throw new OverreadError(
        'file-not-found',
        `There is no folder for the store ${basename(path)}: check --store, or make the folder first.`,
      );
    const files = resolve(text(flags, 'files') ?? '.');
    if (!existsSync(files) || !statSync(files).isDirectory())
      throw new OverreadError('bad-argument', 'Give --files an existing folder below which your scans lie.');
    // Runs, checks and what they start need not know it, whatever the variable is called.
    const variable = text(flags, 'tokenEnv') ?? TOKEN_VARIABLE;
    const token = process.env[variable];
    delete process.env[variable];
    const [{ serveWorkbench }, { blobsFolder }] = await Promise.all([
      import('../../server/workbench/serve.ts'),
      import('../../storage/blobs.ts'),
    ]);
    const served = await serveWorkbench({
      store,
      blobsFolder: blobsFolder(store),
      workFolder: `${resolve(path).replace(/\.db$/, '')}.workbench`,
      command: [process.execPath, fileURLToPath(new URL('../../../bin/overread.js', import.meta.url))],
      benchmarks: benchmarks as string[],
      host: text(flags, 'host') ?? '127.0.0.1',
      port: (flags.port as number | undefined) ?? DEFAULT_PORT,
      hosts: list(flags, 'allowHost'),
      filesRoot: files,
      allow: [...list(flags, 'allow'), ...(session.config.allow ?? [])],
      ...optional('baseUrl', text(flags, 'baseUrl') ?? session.config.baseUrl),
      ...optional('token', token),
      ...optional('passphrase', text(flags, 'passphrase')),
      onProblem: (error) =>
        session.remark(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    session.result({ url: served.url, origin: served.origin, token: served.token });
    session.say(`The workbench over ${path} is at\n\n  ${served.url}\n`);
    if (isNew) session.say('The store is new: there was none of this name.\n');
    session.say('Whoever has this address sees everything in the store. Ctrl-C ends it.');
    if (flags.open === true) openBrowser(served.url);
    const ended = new AbortController();
    process.once('SIGTERM', () => ended.abort());
    const signal = AbortSignal.any([session.signal, ended.signal]);
    try {
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await served.close();
    }
    return 0;
  },
} satisfies CliCommand;

/** What was named, the configuration's, the one here, the demo's where there is no other; else a new one here. */
function chosenStore(session: Session, flag: string | undefined): string {
  const chosen = storeUrl(session, flag);
  if (flag !== undefined || session.config.store !== undefined || existsSync(chosen)) return chosen;
  const demo = join('overread-demo', 'overread.db');
  return existsSync(demo) ? demo : chosen;
}

/** Where there is a desktop; elsewhere the printed address has to do. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""']
        : ['xdg-open'];
  if (
    process.platform === 'linux' &&
    process.env.DISPLAY === undefined &&
    process.env.WAYLAND_DISPLAY === undefined
  )
    return;
  const child = spawn(program, [...args, url], {
    stdio: 'ignore',
    detached: true,
    cwd: dirname(process.execPath),
  });
  child.on('error', () => {});
  child.unref();
}
