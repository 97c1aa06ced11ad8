// Runs one of this folder's Python scripts, which count what a builder wrote without its code.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the script prints as JSON. Throws with its own words when it fails. */
export function counted<T>(python: string, script: string, args: readonly string[]): T {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(python, [path, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout) as T;
}
