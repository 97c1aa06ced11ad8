import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStart } from './process-start.ts';

describe.skipIf(process.platform === 'win32')('when a process began', () => {
  it('stays the same while it lives and ends with it, whatever its name holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-start-'));
    const program = join(folder, 'a) b (c 7 8');
    symlinkSync(process.execPath, program);
    const child = spawn(program, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const began = processStart(pid);
    expect(began).toMatch(/\d\d\d/);
    expect(processStart(pid)).toBe(began);
    expect(processStart(process.pid)).not.toBe(began);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(processStart(pid)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
