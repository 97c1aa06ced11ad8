// Files that only readers of paths can open (volumes): where they lie on this machine.
import { join } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import type { DataRoot } from '../records/source.ts';

/** The path of a file of a release. Throws `format-unsupported` for a release under an address. */
export function localFile(data: DataRoot, name: string): string {
  if (/^https?:/i.test(data.path))
    throw new OverreadError(
      'format-unsupported',
      'Volumes are read from folders only: download the release and give its folder with --data.',
    );
  return join(data.path, name);
}
