// Debian's nibabel as a second opinion, where it is installed.
import { execFileSync } from 'node:child_process';

function works(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import nibabel, numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A Python that has nibabel, or undefined. Tests that need it are skipped by name without it. */
export const pythonWithNibabel = ['/usr/bin/python3', 'python3'].find(works);

/** Runs a script that gets `input` as JSON on standard input and prints JSON. */
export function nibabel<T>(script: string, input: unknown): T {
  if (pythonWithNibabel === undefined) throw new Error('nibabel is not installed');
  const head = 'import sys, json, nibabel as nb, numpy as np\ninput = json.load(sys.stdin)\n';
  const options = { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  return JSON.parse(execFileSync(pythonWithNibabel, ['-c', head + script], options)) as T;
}
