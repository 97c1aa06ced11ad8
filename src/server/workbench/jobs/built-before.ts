// Benchmarks that were built in the workbench: where they lie, and which are there when it begins.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../../questions/benchmark-folder.ts';

export const builtFolder = (workFolder: string): string => join(workFolder, 'benchmarks');

/** Folders of finished builds; what is half-written or damaged is left out. */
export function builtBefore(workFolder: string): string[] {
  const folder = builtFolder(workFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => {
      try {
        readManifest(path);
        return true;
      } catch {
        return false;
      }
    });
}
