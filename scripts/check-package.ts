// Packs the package, installs it in an empty folder, and runs it there as a stranger would:
// `overread demo` on the pinned Node, and one clear sentence on an older Node where there is one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'overread-package-'));

function run(
  command: string,
  args: string[],
  cwd: string,
): { status: number; stdout: string; stderr: string } {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return {
    status: done.status ?? 1,
    stdout: done.stdout ?? '',
    stderr: done.stderr ?? String(done.error ?? ''),
  };
}

function must(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}

/** A Node older than 22 on PATH, outside node_modules. */
function olderNode(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, 'node');
    if (folder.includes('node_modules') || !existsSync(candidate)) continue;
    const version = run(candidate, ['--version'], scratch).stdout.trim();
    if (/^v(\d+)\./.test(version) && Number(version.slice(1).split('.')[0]) < 22) return candidate;
  }
  return undefined;
}

/** The workbench out of the package, without a build: the page behind its token, its script, the API. */
async function workbenchIn(bin: string, folder: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [bin, 'serve', '--json', '--port', '0', '--store', join(folder, 'overread.db')],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const said: string[] = [];
    for await (const chunk of child.stdout) {
      said.push(String(chunk));
      if (said.join('').includes('}')) break;
    }
    const { origin, token } = JSON.parse(said.join('')) as { origin: string; token: string };
    const headers = { authorization: `Bearer ${token}` };
    const page = await (await fetch(`${origin}/`, { headers })).text();
    const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
    must(script !== undefined, `the served page names no script:\n${page.slice(0, 500)}`);
    must((await fetch(`${origin}${script}`, { headers })).ok, 'the page’s script is missing in the package');
    must((await fetch(`${origin}/api/me`)).status === 401, 'the workbench lets in whoever has no token');
    const me = (await (await fetch(`${origin}/api/me`, { headers })).json()) as { role: string };
    must(me.role === 'owner', 'the workbench does not know its owner');
  } finally {
    child.kill('SIGINT');
    await once(child, 'close');
  }
}

try {
  const packed = run('npm', ['pack', '--pack-destination', scratch], root);
  must(packed.status === 0, `npm pack failed:\n${packed.stderr}`);
  const tarball = readdirSync(scratch).find((name) => name.endsWith('.tgz'));
  must(tarball !== undefined, 'npm pack left no tarball');
  const app = join(scratch, 'app');
  writeFileSync(join(scratch, 'package.json'), '{"name":"stranger","private":true}');
  const installed = run(
    'npm',
    ['install', '--prefix', app, '--omit=dev', join(scratch, tarball ?? '')],
    scratch,
  );
  must(installed.status === 0, `installing the packed package failed:\n${installed.stderr}`);
  const bin = join(app, 'node_modules', 'overread', 'bin', 'overread.js');
  const out = join(scratch, 'demo');
  const demo = run(process.execPath, [bin, 'demo', '--out', out, '--cases', '4'], app);
  must(demo.status === 0, `overread demo failed:\n${demo.stderr}`);
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as { readers: unknown[] };
  must(report.readers.length > 0, 'the demo report has no reader');
  must(existsSync(join(out, 'report.html')), 'the demo left no report.html');
  must(existsSync(join(out, 'benchmark', 'benchmark.json')), 'the demo left no benchmark');
  await workbenchIn(bin, out);
  const older = olderNode();
  if (older !== undefined) {
    const refused = run(older, [bin, 'demo'], app);
    must(refused.status === 2, `an older Node exited ${refused.status}, not 2`);
    must(
      refused.stderr.trim().split('\n').length === 1 && refused.stderr.includes('Node 22'),
      `an older Node did not end in one clear sentence:\n${refused.stderr}`,
    );
  }
  process.stdout.write(
    `package: demo ran from the packed package${older ? '; an older Node was refused' : ''}\n`,
  );
} catch (error) {
  process.stderr.write(`package: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
