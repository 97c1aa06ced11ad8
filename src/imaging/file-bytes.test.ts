import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { fileSize, readHead } from './file-bytes.ts';
import { codeOf } from './testing/errors.ts';
import { testFolder } from './testing/folder.ts';

const folder = testFolder();
afterAll(folder.remove);

describe('bytes of a file', () => {
  it.skipIf(process.platform === 'win32')(
    'a pipe is refused, since a read of it might never end',
    async () => {
      const pipe = `${folder.path}/scan.nii`;
      execFileSync('mkfifo', [pipe]);
      expect(await codeOf(readHead(pipe, 4))).toBe('file-unreadable');
    },
  );
  it('a folder and a missing file are refused by name', async () => {
    expect(await codeOf(fileSize(folder.path))).toBe('file-unreadable');
    expect(await codeOf(fileSize(`${folder.path}/none.nii`))).toBe('file-not-found');
  });
});
