// When a process began: tells it from another that was given the same number after it had gone.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A text that is the same as long as the process lives and that no other process of this machine has under that
 * number; undefined when there is no such process or the system does not tell (Windows).
 */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // The program's name stands in brackets and may hold anything, brackets included; 20 fields on is the start,
      // in ticks since the machine began.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // Ended and not yet collected by its parent: it does nothing any more.
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      const ticks = fields.at(19);
      return ticks && `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${ticks}`;
    }
    if (process.platform === 'win32') return undefined;
    // The same words whatever language and time zone the terminal has.
    const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
    const said = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return said.trim() || undefined;
  } catch {
    return undefined;
  }
}
