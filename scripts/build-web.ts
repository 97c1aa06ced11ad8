// Builds the page of the workbench into dist/web (or --out DIR), unless what is there was built from the same sources.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the page is made of: its own sources, the shapes and nouns that it shares with the package, the lock file. */
export function sourcesHash(): string {
  const files = [
    ...globSync(
      [
        'web/*.{json,ts,html}',
        'web/src/**/*',
        'src/server/workbench/shapes/**',
        'src/domain/*.ts',
        'src/imaging/overlay.ts',
      ],
      {
        cwd: root,
      },
    ),
    'package-lock.json',
  ].sort();
  const hash = createHash('sha256');
  for (const file of files)
    if (/\.\w+$/.test(file)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Builds into `out`; returns false when that was not needed. */
export async function buildWeb(out = join(root, 'dist', 'web')): Promise<boolean> {
  const stamp = join(out, '.sources');
  const hash = sourcesHash();
  if (existsSync(join(out, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash)
    return false;
  const { build } = await import('vite');
  // A test that builds the page calls itself one; the page is the users' all the same.
  const kept = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  for (const [config, folder] of [
    ['vite.config.ts', out],
    // What a static export is made of lies within the served page's folder, and is served to nobody.
    ['vite.static.config.ts', join(out, 'export')],
  ])
    await build({
      root: join(root, 'web'),
      configFile: join(root, 'web', config),
      logLevel: 'warn',
      build: { outDir: resolve(folder), emptyOutDir: true },
    });
  if (kept === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = kept;
  mkdirSync(out, { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--out');
  const built = await buildWeb(at < 0 ? undefined : process.argv[at + 1]);
  process.stdout.write(built ? 'The page is built.\n' : 'The page is up to date.\n');
}
