import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { processStart } from './process-start.ts';
import { interruptOwner, ownerOf, thisProcess } from './run-owner.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function living(program = process.execPath, args = ['-e', 'setInterval(() => {}, 1000)']) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const started = processStart(pid);
  return { child, process: { host: hostname(), pid, ...(started === undefined ? {} : { started }) } };
}

describe.skipIf(process.platform === 'win32')('the owner of a run', () => {
  it('is alive until its process ends, and then gone', async () => {
    const { child, process } = await living();
    expect(ownerOf({ process })).toBe('alive');
    const ended = once(child, 'exit');
    expect(interruptOwner({ process })).toBe(true);
    expect((await ended)[1]).toBe('SIGINT');
    expect(ownerOf({ process })).toBe('gone');
    expect(interruptOwner({ process })).toBe(false);
  });

  it('is not a later process that was given the same number, and that one is never signalled', async () => {
    const { child, process } = await living();
    const another = { process: { ...process, started: `${process.started} before` } };
    expect(ownerOf(another)).toBe('gone');
    expect(interruptOwner(another)).toBe(false);
    // Without a start nothing tells whose the number is.
    const { started: _, ...nameless } = process;
    expect(ownerOf({ process: nameless })).toBe('alive');
    expect(interruptOwner({ process: nameless })).toBe(false);
    expect(child.exitCode).toBeNull();
    expect(child.signalCode).toBeNull();
  });

  it('is this process, another machine’s or nobody, as the record says; none of them is signalled', () => {
    const here = thisProcess();
    expect(ownerOf({ process: here })).toBe('here');
    expect(ownerOf({ process: { ...here, host: `${here.host}-2` } })).toBe('elsewhere');
    expect(ownerOf({})).toBe('none');
    for (const process of [here, { ...here, host: `${here.host}-2` }, undefined])
      expect(interruptOwner(process === undefined ? {} : { process })).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')('is gone once it ended, though nobody collected it', async () => {
    // The shell becomes a program that never asks after its children.
    const { child } = await living('/bin/sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 30']);
    const [said] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
    const pid = Number(String(said).trim());
    const owner = { process: { host: hostname(), pid, started: processStart(pid) ?? 'missed' } };
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ownerOf(owner)).toBe('gone');
  });
});
