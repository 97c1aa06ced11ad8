// Checks that each folder of src/ imports only from itself and from folders listed before it in the design.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders of src/, lowest first. `docs/architecture.md` explains each. */
export const LAYERS = [
  'domain',
  'storage',
  'records',
  'imaging',
  'measure',
  'phantoms',
  'knowledge',
  'privacy',
  'scoring',
  'experts',
  'questions',
  'tools',
  'agents',
  'benchmarks',
  'runs',
  'environment',
  'training',
  'studies',
  'report',
  'server',
  'cli',
] as const;

const IMPORT = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]|new URL\(\s*['"](\.{1,2}\/[^'"]+\.ts)['"]/g;

/** One sentence per import in `source` (a path relative to src/) that points up the layers or out of src/. */
export function violations(path: string, source: string): string[] {
  const own = path.split('/')[0];
  const ownRank = LAYERS.indexOf(own as (typeof LAYERS)[number]);
  if (!path.includes('/')) return [];
  if (ownRank < 0) return [`${path}: folder "${own}" is not one of the layers`];
  const found: string[] = [];
  for (const match of source.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2];
    const target = join(dirname(path), specifier).split(sep).join('/');
    if (target.startsWith('..')) {
      if (!/\.(test|contract)\.ts$/.test(path)) found.push(`${path}: imports ${specifier}, outside src/`);
      continue;
    }
    const rank = LAYERS.indexOf(target.split('/')[0] as (typeof LAYERS)[number]);
    if (rank < 0) found.push(`${path}: imports ${specifier}, which is in no layer`);
    else if (rank > ownRank) found.push(`${path}: "${own}" may not import "${LAYERS[rank]}" (${specifier})`);
  }
  return found;
}

function main(): void {
  const root = fileURLToPath(new URL('../src/', import.meta.url));
  const files = globSync('**/*.ts', { cwd: root }).map((file) => relative('.', file).split(sep).join('/'));
  // A test stands beside its source and may look down on everything; it is held to the layers all the same.
  const found = files.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')));
  for (const line of found) process.stderr.write(`${line}\n`);
  process.stdout.write(`layers: ${files.length} files, ${found.length} violations\n`);
  if (found.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
